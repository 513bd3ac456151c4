namespace ActorCache.Chaos.Faults;

/// <summary>A server that may not evict runs full: it says so to those who store, and its connection is kept.</summary>
internal sealed class F27_OutOfMemory : Scenario
{
    public override string What => "-m 2 -M: out of memory";

    public override async Task RunAsync(Trial trial)
    {
        trial.FailuresExpected = true;
        var servers = RealServers.Start(trial, 1, "-m", "2", "-M");
        var cache = await trial.StartCacheAsync(servers.Addresses);
        var small = cache.Keys(1, "small")[0];
        await cache.SetAsync(small);
        var refused = 0;
        foreach (var key in cache.Keys(20, "large"))
        {
            var stored = await cache.SetAsync(key, 500_000);
            trial.Bar(stored.Outcome is CacheOutcome.Stored or CacheOutcome.ServerError, $"a large set was {stored.Outcome}");
            if (stored.Outcome == CacheOutcome.ServerError) refused++;
            trial.Bar((await cache.GetAsync(small)).IsHit, "a small value was lost");
        }
        trial.Note = $"{refused} of 20 refused";
        trial.Bar(refused > 0, "no set was refused: the fault was not tested");
        trial.Bar(cache.Events.Count<ServerEvent.Suspected>() == 0, $"{cache.Events.Count<ServerEvent.Suspected>()} suspected, bar 0");
    }
}
