using System.Text.Json;

namespace ActorCache.Chaos;

/// <summary>The child of F34: calls until it is told that it was enough, and then says what it saw.</summary>
internal static class FrozenClient
{
    public static async Task<int> RunAsync(string servers, CancellationToken stop)
    {
        using var heart = new HeartBeat();
        await using var trial = new Trial("F34", full: false, seed: 1, heart, stop);
        var cache = await trial.StartCacheAsync(servers.Split(','));
        var callers = Callers.Start(trial, cache, cache.Keys(200), callers: 16, new Mix { PauseMs = 2 });
        Console.WriteLine("calling");
        await Console.In.ReadLineAsync(stop);
        await callers.StopAsync();
        var seen = trial.Ledger;
        Console.WriteLine(JsonSerializer.Serialize(new End(seen.Calls, seen.Failed, seen.Wrong, seen.Stale,
            cache.Events.Count<ServerEvent.Suspected>(), cache.Events.Count<ServerEvent.Ejected>())));
        return 0;
    }

    internal sealed record End(long Calls, long Failed, long Wrong, long Stale, int Suspected, int Ejected);
}
