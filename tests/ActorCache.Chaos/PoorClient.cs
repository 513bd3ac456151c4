using System.Text.Json;

namespace ActorCache.Chaos;

/// <summary>The child of F44: uses up its file descriptors, tells what calls come to then, frees them, and tells again.</summary>
internal static class PoorClient
{
    public static async Task<int> RunAsync(string server, CancellationToken stop)
    {
        using var heart = new HeartBeat();
        await using var trial = new Trial("F44", full: false, seed: 1, heart, stop);
        var cache = await trial.StartCacheAsync([server]);
        await cache.Inner.GetAsync<string>("key", stop);

        var files = new List<FileStream>();
        try
        {
            while (files.Count < 100_000) files.Add(File.OpenRead("/dev/null"));
        }
        catch (IOException)
        {
            // That was the last one.
        }
        Console.WriteLine("poor");
        await Console.In.ReadLineAsync(stop);

        var outcome = (await cache.Inner.GetAsync<string>("key", stop)).Outcome;
        var seen = cache.Inner.Monitor.Current.Servers[0];
        foreach (var file in files) await file.DisposeAsync();
        await trial.Until(() => cache.Inner.Monitor.Current.Servers[0].State == ServerState.Up);
        var after = (await cache.Inner.GetAsync<string>("key", stop)).Outcome;
        Console.WriteLine(JsonSerializer.Serialize(new End(outcome.ToString(), seen.Cause ?? "", seen.FailedAttempts, after.ToString())));
        return 0;
    }

    internal sealed record End(string While, string Cause, int Attempts, string After);
}
