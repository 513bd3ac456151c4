namespace ActorCache.Chaos.Faults;

/// <summary>A server says that it has no more to say, and still listens: seen at once, with or without calls, and no call fails.</summary>
internal sealed class F6_HalfClose : Scenario
{
    public override string What => "half close (FIN), idle and under load";

    public override async Task RunAsync(Trial trial)
    {
        var pool = Proxied.Start(trial, 3);
        var cache = await trial.StartCacheAsync(pool.Addresses, options => options.HoldDown = options.MaxHoldDown = TimeSpan.FromMilliseconds(100));
        await HalfCloseAsync(trial, cache, pool[0]);

        var callers = Callers.Start(trial, cache, cache.Keys(300), callers: 32);
        for (var repeat = 0; repeat < (trial.Full ? 50 : 6); repeat++)
        {
            await trial.Pause(trial.Dice.Next(50, 200));
            await HalfCloseAsync(trial, cache, pool[repeat % 3]);
        }
        await callers.StopAsync();
    }

    private static async Task HalfCloseAsync(Trial trial, ChaosCache cache, FaultProxy proxy)
    {
        var since = System.Diagnostics.Stopwatch.GetTimestamp();
        proxy.HalfCloseAll();
        await trial.Until(() => cache.Events.LostAfter(since, proxy.Address) is not null, 2000);
        var noticed = cache.Events.LostAfter(since, proxy.Address);
        trial.RerouteMs = noticed;
        trial.Bar(noticed <= 100, $"noticed after {Text.Ms(noticed)} ms, bar 100");
        trial.Bar(await trial.Until(() => cache.Inner.Monitor.Current.Servers.All(server => server.State == ServerState.Up)), "not all served again within 10 s");
    }
}
