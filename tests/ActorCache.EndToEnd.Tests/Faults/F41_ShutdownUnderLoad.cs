using System.Collections.Concurrent;
using System.Diagnostics;
using ActorCache.EmbeddedServer;
using Akka.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace ActorCache.EndToEnd.Tests.Faults;

/// <summary>F41: the cache ends while it is being called: twice, from many threads, and from inside what follows a call.</summary>
[Collection(nameof(Alone))]
public sealed class F41_ShutdownUnderLoad
{
    private static readonly TimeSpan Bar = TimeSpan.FromSeconds(2);

    public static TheoryData<bool, string> Ways => new()
    {
        { false, "once" }, { true, "once" }, { false, "twice" }, { true, "twice" }, { false, "at once from many threads" },
        { true, "at once from many threads" }, { false, "inside a continuation" }, { true, "inside a continuation" },
    };

    [Theory, MemberData(nameof(Ways))]
    public async Task Every_call_ends_in_two_seconds_the_sockets_are_closed_and_nothing_is_left_unobserved(bool stalled, string how)
    {
        var unobserved = new ConcurrentQueue<Exception>();
        void Keep(object? sender, UnobservedTaskExceptionEventArgs e) => unobserved.Enqueue(e.Exception);
        TaskScheduler.UnobservedTaskException += Keep;
        try
        {
            await EndUnderLoadAsync(stalled, how);
            GC.Collect();
            GC.WaitForPendingFinalizers();
            GC.Collect();
            Assert.Empty(unobserved);
        }
        finally
        {
            TaskScheduler.UnobservedTaskException -= Keep;
        }
    }

    private static async Task EndUnderLoadAsync(bool stalled, string how)
    {
        await using var first = EmbeddedMemcached.Start();
        await using var second = EmbeddedMemcached.Start();
        var settings = $"{first.Address},{second.Address};drain_timeout=500ms;read_timeout=10m;operation_timeout=10m";
        var host = Hosts.Build(services => services.AddActorCache(settings));
        await host.StartAsync();
        var cache = host.Services.GetRequiredService<IActorCache>();
        await new EventLog(cache.Monitor).UntilAllServe();

        var calls = 0;
        var running = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var callers = Enumerable.Range(0, 32).Select(caller => Task.Run(async () =>
        {
            var random = new Random(caller);
            try
            {
                while (true)
                {
                    var key = $"key:{random.Next(1000)}";
                    switch (random.Next(4))
                    {
                        case 0: await cache.SetAsync(key, "value"); break;
                        case 1: await cache.IncrementAsync(key, initial: 1); break;
                        case 2: await cache.GetManyAsync<string>([key, key + "b"]); break;
                        default: await cache.GetAsync<string>(key); break;
                    }
                    if (Interlocked.Increment(ref calls) == 2000) running.TrySetResult();
                }
            }
            catch (ObjectDisposedException)
            {
                // The one way out.
            }
        })).ToList();
        await running.Task.Patiently();
        if (stalled) first.Faults.Add(Fault.Stall());

        var begun = Stopwatch.GetTimestamp();
        switch (how)
        {
            case "once":
                await host.StopAsync().Patiently();
                break;
            case "twice":
                await host.StopAsync().Patiently();
                await host.StopAsync().Patiently();
                break;
            case "inside a continuation":
                await AfterACallAsync(cache, second, host).Patiently();
                break;
            default:
                await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => host.StopAsync()))).Patiently();
                break;
        }
        await Task.WhenAll(callers).Patiently();
        Assert.InRange(Stopwatch.GetElapsedTime(begun), TimeSpan.Zero, Bar);
        await ((IAsyncDisposable)host).DisposeAsync();
        await ((IAsyncDisposable)host).DisposeAsync();
        host.Dispose();

        Assert.True(SpinWait.SpinUntil(() => second.ConnectionCount == 0, Patience.Limit));
        first.Faults.Clear();
        Assert.True(SpinWait.SpinUntil(() => first.ConnectionCount == 0, Patience.Limit));
        Assert.Throws<ObjectDisposedException>(() => { _ = cache.GetAsync<string>("key").AsTask(); });
    }

    private static async Task AfterACallAsync(IActorCache cache, EmbeddedMemcached server, IHost host)
    {
        var key = Enumerable.Range(0, int.MaxValue).Select(n => $"own:{n}").First(key => cache.Monitor.Explain(key).Owner == server.Address);
        await cache.GetAsync<string>(key).ConfigureAwait(false);
        // On the very thread that completed the call, which blocks until everything is over.
        host.StopAsync().GetAwaiter().GetResult();
    }
}
