namespace ActorCache.Chaos.Faults;

/// <summary>A server stops answering and goes on later: connects still succeed, and what it says when it wakes reaches nobody it is not for.</summary>
internal sealed class F2_Frozen : Scenario
{
    private const double ReadTimeoutMs = 250;

    public override string What => "SIGSTOP, later SIGCONT, of one of three";

    public override async Task RunAsync(Trial trial)
    {
        var servers = RealServers.Start(trial, 3);
        var cache = await trial.StartCacheAsync(servers.Addresses);
        var callers = Callers.Start(trial, cache, cache.Keys(600), callers: 32, new Mix { PauseMs = 1 });
        await trial.Pause(500);

        for (var repeat = 0; repeat < (trial.Full ? 10 : 2); repeat++)
        {
            var victim = servers[repeat % 3];
            var before = callers.Begin(victim.Address);
            await trial.Pause(500);
            victim.Stop();
            var frozen = callers.Begin(victim.Address);
            trial.Bar(await trial.Until(() => cache.Events.LostAfter(frozen.Began, victim.Address) is not null), "the stopped server was not suspected within 10 s");
            trial.RerouteMs = cache.Events.LostAfter(frozen.Began, victim.Address);
            // Those that were in flight are told off by the tick, a moment apart.
            await trial.Pause(100);
            var known = callers.Begin(victim.Address);
            trial.Bar(await trial.Until(() => cache.Events.EjectedAfter(frozen.Began, victim.Address) is not null), "the stopped server was not ejected within 10 s");
            trial.EjectMs = cache.Events.EjectedAfter(frozen.Began, victim.Address);
            await trial.Pause(500);

            victim.Continue();
            var back = callers.Begin(victim.Address);
            trial.Bar(await trial.Until(() => back.AtHomeMs is not null, 30_000), "the server did not serve within 30 s after CONT");
            trial.RejoinMs = back.AtHomeMs;
            trial.Bar(frozen.Struck.LongestMs <= ReadTimeoutMs + 50, $"the longest call took {Text.Ms(frozen.Struck.LongestMs)} ms, bar {ReadTimeoutMs + 50}");
            // A machine that is busy elsewhere makes healthy servers slow too.
            var bar = Math.Max(5, 2 * before.Struck.Percentile(99));
            trial.Bar(known.Struck.Percentile(99) < bar, $"once it was known, p99 {Text.Ms(known.Struck.Percentile(99))} ms, bar {Text.Ms(bar)}");
            await trial.Pause(500);
        }
    }
}
