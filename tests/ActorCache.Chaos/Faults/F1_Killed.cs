using System.Diagnostics;

namespace ActorCache.Chaos.Faults;

/// <summary>One of three servers dies under 64 callers: no call fails, and its keys are answered by the next server before anyone notices.</summary>
internal sealed class F1_Killed : Scenario
{
    public override string What => "kill -9 of one of three, 64 callers";

    public override async Task RunAsync(Trial trial)
    {
        var servers = RealServers.Start(trial, 3);
        var cache = await trial.StartCacheAsync(servers.Addresses);
        var callers = Callers.Start(trial, cache, cache.Keys(600));
        await trial.Pause(1000);

        List<double> reroutes = [], ejects = [], rejoins = [], ratios = [];
        for (var repeat = 0; repeat < (trial.Full ? 20 : 3); repeat++)
        {
            var victim = servers[trial.Dice.Next(3)];
            var before = callers.Begin(victim.Address);
            await trial.Pause(trial.Full ? 2000 : 800);

            var after = callers.Begin(victim.Address);
            victim.Kill();
            await trial.Pause(trial.Full ? 2000 : 800);
            trial.Bar(await trial.Until(() => cache.Events.EjectedAfter(after.Began, victim.Address) is not null), $"the killed server was not ejected within 10 s, but heard of: {cache.Events.Tell(before.Began)}");
            if (after.ElsewhereMs is { } reroute) reroutes.Add(reroute);
            else trial.Bar(false, "no answer from a stand-in after the kill");
            ejects.Add(cache.Events.EjectedAfter(after.Began, victim.Address) ?? 0);
            ratios.Add(after.Others.Percentile(99) / before.Others.Percentile(99));

            victim.Restart();
            var back = callers.Begin(victim.Address);
            trial.Bar(await trial.Until(() => back.AtHomeMs is not null, 30_000), "the restarted server did not serve within 30 s");
            rejoins.Add(back.AtHomeMs ?? 0);
        }
        await callers.StopAsync();

        trial.RerouteMs = Median(reroutes);
        trial.EjectMs = Median(ejects);
        trial.RejoinMs = Median(rejoins);
        trial.Bar(trial.RerouteMs <= 20, $"first answer of a stand-in {Text.Ms(trial.RerouteMs)} ms after the kill, bar 20");
        var bar = trial.Full ? 1.25 : 2;
        trial.Note = $"other servers' p99 x {Median(ratios):0.00}";
        trial.Bar(Median(ratios) <= bar, $"other servers' p99 x {Median(ratios):0.00}, bar {bar}");
    }

    private static double Median(List<double> values) => values.Count == 0 ? 0 : values.Order().ElementAt(values.Count / 2);
}
