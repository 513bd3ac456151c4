using System.Diagnostics;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace ActorCache.EndToEnd.Tests.Creation;

/// <summary>
/// What this assembly does when it is run as a program to stampede: one process of several whose callers all want one value that is not there.
/// It says <see cref="Ready"/>, begins when it is told a line, says <see cref="Creating"/> if it is the one to create, and in the end what it
/// counted. It ends when nobody listens to it any more.
/// </summary>
internal static class Stampeder
{
    public const string Argument = "stampede";
    public const string Ready = "ready";
    public const string Creating = "creating";

    /// <summary>How long a creator has, here.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(3);

    /// <param name="servers">The pool.</param>
    /// <param name="key">What all want.</param>
    /// <param name="callers">How many of them there are.</param>
    /// <param name="creation">How many milliseconds a creation takes; below 0, one that never ends.</param>
    public static async Task<int> RunAsync(string servers, string key, int callers, int creation)
    {
        using var host = Hosts.Build(services => services.AddActorCache(servers + Hosts.Patient));
        await host.StartAsync();
        var cache = host.Services.GetRequiredService<IActorCache>();
        await new EventLog(cache.Monitor).UntilAllServe();

        Console.WriteLine(Ready);
        if (await Console.In.ReadLineAsync() is null) return 1;
        _ = Task.Run(() =>
        {
            while (Console.In.ReadLine() is not null) { }
            Environment.Exit(1);
        });

        var creations = 0;
        var results = await Task.WhenAll(Enumerable.Range(0, callers).Select(_ => Task.Run(() => cache.GetOrCreateAsync(key, CreateAsync,
            new GetOrCreateOptions { Ttl = TimeSpan.FromMinutes(5), LeaseTime = Lease }).AsTask())));
        Console.WriteLine(JsonSerializer.Serialize(new Count(creations, results.Length,
            [.. results.Select(result => result.Value ?? "").Distinct()],
            results.CountBy(result => result.Outcome).ToDictionary(pair => pair.Key.ToString(), pair => pair.Value))));
        await host.StopAsync();
        return 0;

        async ValueTask<string> CreateAsync(CancellationToken ct)
        {
            Interlocked.Increment(ref creations);
            Console.WriteLine(Creating);
            await Task.Delay(creation < 0 ? Timeout.Infinite : creation, ct);
            return $"created by {Environment.ProcessId}";
        }
    }

    /// <summary>What one process counted.</summary>
    internal sealed record Count(int Creations, int Callers, string[] Values, Dictionary<string, int> Outcomes)
    {
        public override string ToString() => $"{Callers} callers, {Creations} creations, values: {string.Join(", ", Values)}; {string.Join(", ", Outcomes.Select(pair => $"{pair.Value} {pair.Key}"))}";
    }
}
