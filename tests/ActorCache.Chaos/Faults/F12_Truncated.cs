namespace ActorCache.Chaos.Faults;

/// <summary>Replies end in the middle, and the connection with them: never a short value.</summary>
internal sealed class F12_Truncated : Scenario
{
    public override string What => "replies truncated, then FIN";

    public override async Task RunAsync(Trial trial)
    {
        var pool = Proxied.Start(trial, 3);
        var cache = await trial.StartCacheAsync(pool.Addresses, options =>
        {
            options.RetryDelay = TimeSpan.FromMilliseconds(10);
            options.MaxRetryDelay = TimeSpan.FromMilliseconds(50);
            options.HoldDown = options.MaxHoldDown = TimeSpan.FromMilliseconds(50);
        });
        var callers = Callers.Start(trial, cache, cache.Keys(300), callers: 32, new Mix { Usual = 4000 });
        for (var repeat = 0; repeat < (trial.Full ? 100 : 10); repeat++)
        {
            var victim = pool[repeat % 3];
            victim.Bytes = trial.Dice.Next(5, 30_000);
            victim.Mode = ProxyMode.Truncate;
            await trial.Pause(200);
            victim.Mode = ProxyMode.Pass;
            trial.Bar(await trial.Until(() => cache.Inner.Monitor.Current.Servers.All(server => server.State == ServerState.Up)), "not all served again within 10 s");
        }
        await callers.StopAsync();
    }
}
