using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace ActorCache.EndToEnd.Tests.Faults;

/// <summary>
/// What this assembly does when it is run as a program to starve: a worker with calls in flight whose thread pool is suddenly occupied by
/// two hundred tasks that block. It says what happened, and exits with 0 if servers were not suspected, no call was left without an end, and
/// calls went on afterwards.
/// </summary>
internal static class StarvedProcess
{
    public const string Argument = "starve";
    private const int Rounds = 2;
    private static readonly TimeSpan Starvation = TimeSpan.FromSeconds(6);

    public static int Run(string servers)
    {
        ThreadPool.SetMinThreads(2, 2);
        using var host = Hosts.Build(services => services.AddActorCache(servers));
        host.Start();
        var cache = host.Services.GetRequiredService<IActorCache>();
        var log = new EventLog(cache.Monitor);
        log.UntilAllServe().GetAwaiter().GetResult();

        using var stop = new CancellationTokenSource();
        int calls = 0, wrong = 0;
        var callers = Enumerable.Range(0, 16).Select(async caller =>
        {
            for (var n = 0; !stop.IsCancellationRequested; n++)
            {
                var key = $"key:{caller}:{n % 20}";
                await cache.SetAsync(key, key).ConfigureAwait(false);
                var read = await cache.GetAsync<string>(key).ConfigureAwait(false);
                if (read.IsHit && read.Value != key) Interlocked.Increment(ref wrong);
                Interlocked.Increment(ref calls);
                await Task.Yield();
            }
        }).ToList();
        SpinWait.SpinUntil(() => Volatile.Read(ref calls) > 1000, Patience.Limit);

        // This thread is not of the pool: it is the only one here that runs. Whether a verdict would fall is chance, so there are some rounds.
        using var pause = new ManualResetEventSlim();
        var recovered = 0;
        for (var round = 0; round < Rounds; round++)
        {
            using var over = new ManualResetEventSlim();
            var blocked = Enumerable.Range(0, 200).Select(_ => Task.Run(() => over.Wait())).ToArray();
            pause.Wait(Starvation);
            var during = Volatile.Read(ref calls);
            over.Set();
            Task.WaitAll(blocked, Patience.Limit);
            if (SpinWait.SpinUntil(() => Volatile.Read(ref calls) > during + 1000, Patience.Limit)) recovered++;
        }
        stop.Cancel();
        var ended = Task.WaitAll([.. callers], Patience.Limit);
        log.UntilAllServe().GetAwaiter().GetResult();
        var suspected = log.Events.OfType<ServerEvent.Suspected>().Select(happened => happened.Cause).ToList();
        var ejected = log.Events.OfType<ServerEvent.Ejected>().Count();
        Console.WriteLine($"{calls} calls, {recovered} recoveries, {wrong} wrong, all ended: {ended}, {ejected} ejected, "
            + $"{suspected.Count} suspected: {string.Join("; ", suspected)}");
        host.StopAsync().GetAwaiter().GetResult();
        return ended && wrong == 0 && ejected == 0 && suspected.Count == 0 && recovered == Rounds ? 0 : 1;
    }
}
