namespace ActorCache.Chaos.Faults;

/// <summary>Servers with two megabytes each get far more: misses, and nothing else.</summary>
internal sealed class F26_Evictions : Scenario
{
    public override string What => "-m 2 and large values: evictions";

    public override async Task RunAsync(Trial trial)
    {
        var servers = RealServers.Start(trial, 3, "-m", "2");
        var cache = await trial.StartCacheAsync(servers.Addresses);
        var callers = Callers.Start(trial, cache, cache.Keys(10_000), callers: 16, new Mix { Usual = 3000, Largest = 3000, Deletes = 0.01 });
        await trial.Pause(trial.Full ? 20_000 : 2000);
        await callers.StopAsync();
        var evictions = Enumerable.Range(0, 3).Sum(i =>
        {
            using var server = new PlainConnection(servers[i].Port);
            var stats = server.Ask("stats");
            return long.Parse(stats.Split("STAT evictions ")[1].Split('\r')[0], System.Globalization.CultureInfo.InvariantCulture);
        });
        trial.Note = $"{evictions} evictions";
        trial.Bar(evictions > 0, "nothing was evicted: the fault was not tested");
        trial.Bar(cache.Events.Count<ServerEvent.Suspected>() == 0, $"{cache.Events.Count<ServerEvent.Suspected>()} suspected, bar 0");
    }
}
