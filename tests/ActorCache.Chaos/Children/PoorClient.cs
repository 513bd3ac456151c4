using System.Runtime.InteropServices;
using System.Text.Json;

namespace ActorCache.Chaos;

/// <summary>
/// The child of F44: sets its own limit of file descriptors below what it has open, tells what calls come to then, lifts the limit, and tells
/// again. (The runtime itself does not start under a limit of 64.)
/// </summary>
internal static class PoorClient
{
    private const int Descriptors = 7; // RLIMIT_NOFILE

    public static async Task<int> RunAsync(string server, CancellationToken stop)
    {
        var heart = new HeartBeat();
        await using var trial = new Trial("F44", full: false, seed: 1, heart, stop);
        var cache = await trial.StartCacheAsync([server]);
        // The runtime opens files of its own the first time a server is lost; that is not what is tested.
        Console.WriteLine("connected");
        await Console.In.ReadLineAsync(stop);
        await trial.Until(() => cache.Events.Count<ServerEvent.Suspected>() > 0);
        await trial.Until(() => cache.Inner.Monitor.Current.Servers[0].State == ServerState.Up);
        JsonSerializer.Serialize(new End("", "", 0, ""));

        // It opens files to look at its memory, and its beats are CPU time that is not the client's.
        heart.Dispose();
        _ = getrlimit(Descriptors, out var usual);
        _ = setrlimit(Descriptors, usual with { Current = 64 });
        Console.WriteLine("poor");
        await Console.In.ReadLineAsync(stop);

        var outcome = (await cache.Inner.GetAsync<string>("key", stop)).Outcome;
        var seen = cache.Inner.Monitor.Current.Servers[0];
        _ = setrlimit(Descriptors, usual);
        await trial.Until(() => cache.Inner.Monitor.Current.Servers[0].State == ServerState.Up, 20_000);
        var after = (await cache.Inner.GetAsync<string>("key", stop)).Outcome;
        Console.WriteLine(JsonSerializer.Serialize(new End(outcome.ToString(), seen.Cause ?? "", seen.FailedAttempts, after.ToString())));
        return 0;
    }

    internal sealed record End(string While, string Cause, int Attempts, string After);

    private record struct Limit(ulong Current, ulong Highest);

#pragma warning disable SYSLIB1054, CA5392, IDE1006 // Two calls of one signature: a source generator and unsafe code would be more to read.
    [DllImport("libc")]
    private static extern int getrlimit(int resource, out Limit limit);

    [DllImport("libc")]
    private static extern int setrlimit(int resource, in Limit limit);
#pragma warning restore SYSLIB1054, CA5392, IDE1006
}
