namespace ActorCache.Chaos.Faults;

/// <summary>Values larger than the server takes, among others: their callers are told, and the others get their own answers.</summary>
internal sealed class F30_TooLarge : Scenario
{
    public override string What => "values of 1 MB + 1 and 3 MB";

    public override async Task RunAsync(Trial trial)
    {
        var servers = RealServers.Start(trial, 3);
        var cache = await trial.StartCacheAsync(servers.Addresses, options => options.ReadTimeout = TimeSpan.FromSeconds(1));
        var callers = Callers.Start(trial, cache, cache.Keys(300), callers: 8, new Mix { PauseMs = 1 });
        var tooLarge = 0;
        foreach (var key in cache.Keys(trial.Full ? 200 : 20, "large"))
        {
            var length = trial.Dice.Next(2) == 0 ? (1 << 20) + 1 : 3 << 20;
            var begun = trial.Ledger.Begin();
            var outcome = (await cache.Inner.SetAsync(key.Name, new byte[length])).Outcome;
            trial.Ledger.Ended(begun, cache.Budget, outcome);
            trial.Bar(outcome == CacheOutcome.TooLarge, $"a set of {length} bytes was {outcome}, not TooLarge");
            if (outcome == CacheOutcome.TooLarge) tooLarge++;
        }
        await callers.StopAsync();
        trial.Note = $"{tooLarge} refused";
        trial.Bar(cache.Events.Count<ServerEvent.Suspected>() == 0, $"{cache.Events.Count<ServerEvent.Suspected>()} suspected for it, bar 0");
    }
}
