namespace ActorCache.Chaos.Faults;

/// <summary>A flow dies without a word, and nobody calls: the idle probe finds out.</summary>
internal sealed class F7_BlackHole : Scenario
{
    private const double IdleProbeMs = 300, ReadTimeoutMs = 200;

    public override string What => "an idle flow goes black";

    public override async Task RunAsync(Trial trial)
    {
        var pool = Proxied.Start(trial, 3);
        var cache = await trial.StartCacheAsync(pool.Addresses, options =>
        {
            options.IdleProbe = TimeSpan.FromMilliseconds(IdleProbeMs);
            options.ReadTimeout = TimeSpan.FromMilliseconds(ReadTimeoutMs);
            options.HoldDown = options.MaxHoldDown = TimeSpan.FromMilliseconds(100);
        });
        await trial.Pause(2500);
        trial.Bar(cache.Events.Count<ServerEvent.Suspected>() == 0, $"{cache.Events.Count<ServerEvent.Suspected>()} servers suspected that were well, bar 0");

        for (var repeat = 0; repeat < (trial.Full ? 10 : 1); repeat++)
        {
            var victim = pool[repeat % 3];
            victim.Mode = ProxyMode.Black;
            var since = System.Diagnostics.Stopwatch.GetTimestamp();
            await trial.Until(() => cache.Events.LostAfter(since, victim.Address) is not null);
            trial.RerouteMs = cache.Events.LostAfter(since, victim.Address);
            const double Bar = 2 * IdleProbeMs + ReadTimeoutMs + 50;
            trial.Bar(trial.RerouteMs <= Bar, $"noticed after {Text.Ms(trial.RerouteMs)} ms, bar {Bar:0}");

            var keys = cache.KeysOf(victim.Address, 20, $"black{repeat}");
            foreach (var key in keys) await cache.SetAsync(key);
            foreach (var key in keys) await cache.GetAsync(key);

            victim.Mode = ProxyMode.Pass;
            trial.Bar(await trial.Until(() => cache.Inner.Monitor.Current.Servers.All(server => server.State == ServerState.Up)), "not all served again within 10 s");
            foreach (var key in keys) await cache.GetAsync(key);
        }
    }
}
