using Akka.Actor;
using System.Diagnostics;

namespace ActorCache.Chaos.Faults;

/// <summary>A hundred caches lose the same server at the same moment: when it is back they do not all come at once.</summary>
internal sealed class F23_Herd : Scenario
{
    private const int Caches = 100;

    public override string What => $"{Caches} caches, server down and back";

    public override async Task RunAsync(Trial trial)
    {
        var seconds = trial.Full ? 30 : 6;
        var pool = Proxied.Start(trial, 2);
        var servers = string.Join(", ", pool.Addresses.Select(address => $"\"{address}\""));
        var instances = string.Concat(Enumerable.Range(0, Caches).Select(n => $"c{n} {{ }}\n"));
        var system = trial.Own(new Herd(ActorSystem.Create("herd", $$"""
            akka { loglevel = WARNING, stdout-loglevel = OFF, log-dead-letters = off, log-dead-letters-during-shutdown = off, loggers = [] }
            actor-cache { default { servers = [{{servers}}], connect-timeout = 500ms }
            instances { {{instances}} } }
            """))).System;
        var caches = Enumerable.Range(0, Caches).Select(n => ActorCacheExtension.For(system).Get($"c{n}")).ToList();
        trial.Bar(await trial.Until(() => caches.All(AllUp), 20_000), "not all caches were connected within 20 s");

        var victim = pool[0];
        var key = Enumerable.Range(0, 1000).Select(n => $"key:{n}").First(name => caches[0].Monitor.Explain(name).Owner == victim.Address);
        victim.Close();
        victim.ResetAll();
        await trial.Pause(seconds * 1000);
        victim.Open();
        var back = Stopwatch.GetTimestamp();
        trial.Bar(await trial.Until(() => victim.Connects.Count(at => at >= back) >= Caches, 60_000), "not all caches were back within 60 s");
        trial.RejoinMs = Stopwatch.GetElapsedTime(back).TotalMilliseconds;
        foreach (var cache in caches)
        {
            var begun = trial.Ledger.Begin();
            trial.Ledger.Ended(begun, TimeSpan.FromSeconds(2), (await cache.GetAsync<string>(key)).Outcome);
        }

        var arrivals = victim.Connects.Where(at => at >= back).Order().ToList();
        var peak = arrivals.Max(at => arrivals.Count(other => other >= at && other < at + Stopwatch.Frequency));
        var share = 100.0 * peak / arrivals.Count;
        trial.Note = $"{arrivals.Count} connects, peak second {peak} ({share:0} %), all back after {trial.RejoinMs / 1000:0.0} s of {seconds} s down";
        // After a short outage the pauses are still short, and all are back within seconds: the share is judged after the long one.
        trial.Bar(!trial.Full || share <= 20, $"peak second {share:0} % of connects, bar 20");
        trial.Bar(arrivals.Count <= 1.2 * Caches, $"{arrivals.Count} connects for {Caches} caches, bar {1.2 * Caches:0}");
    }

    private static bool AllUp(IActorCache cache) => cache.Monitor.Current.Servers.All(server => server.State == ServerState.Up);

    private sealed class Herd(ActorSystem system) : IAsyncDisposable
    {
        public ActorSystem System => system;

        public async ValueTask DisposeAsync() => await system.Terminate();
    }
}
