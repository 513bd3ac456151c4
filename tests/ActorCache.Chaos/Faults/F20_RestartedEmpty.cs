namespace ActorCache.Chaos.Faults;

/// <summary>A server is killed and starts again on its port within a moment, empty: misses, and no call fails.</summary>
internal sealed class F20_RestartedEmpty : Scenario
{
    public override string What => "kill -9, restarted empty on the same port";

    public override async Task RunAsync(Trial trial)
    {
        var servers = RealServers.Start(trial, 3);
        var cache = await trial.StartCacheAsync(servers.Addresses, options => options.HoldDown = options.MaxHoldDown = TimeSpan.FromMilliseconds(200));
        var callers = Callers.Start(trial, cache, cache.Keys(300), callers: 32);
        for (var repeat = 0; repeat < (trial.Full ? 30 : 5); repeat++)
        {
            var victim = servers[trial.Dice.Next(3)];
            await trial.Pause(200);
            victim.Restart();
            var back = callers.Begin(victim.Address);
            trial.Bar(await trial.Until(() => back.AtHomeMs is not null), "the restarted server did not serve within 10 s");
            trial.RejoinMs = back.AtHomeMs;
        }
        await callers.StopAsync();
    }
}
