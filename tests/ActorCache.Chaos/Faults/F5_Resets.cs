namespace ActorCache.Chaos.Faults;

/// <summary>Connections are reset while calls are in flight, and while none are: each call still ends once, with its own answer.</summary>
internal sealed class F5_Resets : Scenario
{
    public override string What => "resets, idle and mid-reply";

    public override async Task RunAsync(Trial trial)
    {
        var pool = Proxied.Start(trial, 3);
        var cache = await trial.StartCacheAsync(pool.Addresses, options => options.HoldDown = options.MaxHoldDown = TimeSpan.FromMilliseconds(100));
        var keys = cache.Keys(300);
        foreach (var proxy in pool.Proxies)
        {
            // Nobody calls: it is noticed all the same.
            var idle = System.Diagnostics.Stopwatch.GetTimestamp();
            proxy.ResetAll();
            trial.Bar(await trial.Until(() => cache.Events.LostAfter(idle, proxy.Address) < 100, 1000),
                "a reset of an idle connection was not noticed within 100 ms");
            trial.Bar(await trial.Until(() => cache.Inner.Monitor.Current.Servers.All(server => server.State == ServerState.Up)), "not all served again within 10 s");
        }
        var callers = Callers.Start(trial, cache, keys, callers: 32);
        for (var repeat = 0; repeat < (trial.Full ? 100 : 12); repeat++)
        {
            await trial.Pause(trial.Dice.Next(50, 250));
            var since = System.Diagnostics.Stopwatch.GetTimestamp();
            var victim = pool[repeat % 3];
            victim.ResetAll();
            trial.Bar(await trial.Until(() => cache.Events.LostAfter(since, victim.Address) is not null, 2000),
                "a reset was not noticed within 2 s");
            // One after the other: with all three away there is nobody to ask, and that is another row.
            trial.Bar(await trial.Until(() => cache.Inner.Monitor.Current.Servers.All(server => server.State == ServerState.Up)), "not all served again within 10 s");
        }
        await callers.StopAsync();
    }
}
