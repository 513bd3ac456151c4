using System.Diagnostics;

namespace ActorCache.Chaos.Faults;

/// <summary>Every server is down: calls are told so at once, and the first server back serves.</summary>
internal sealed class F25_AllDown : Scenario
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(100);

    public override string What => "all three down, the first one back";

    public override async Task RunAsync(Trial trial)
    {
        trial.FailuresExpected = true;
        var servers = RealServers.Start(trial, 3);
        var cache = await trial.StartCacheAsync(servers.Addresses, options =>
        {
            options.RetryDelay = RetryDelay;
            options.MaxRetryDelay = TimeSpan.FromSeconds(30);
            options.ProvenAfter = TimeSpan.FromSeconds(1);
        });
        var keys = cache.Keys(100);
        var answers = new Latencies();
        foreach (var outage in trial.Full ? [250, 400, 550, 700, 850, 950] : (int[])[250, 700])
        {
            var alarms = cache.Events.Count<ServerEvent.NoServerAlive>();
            var down = Stopwatch.GetTimestamp();
            for (var i = 0; i < 3; i++) servers[i].Kill();
            trial.Bar(await trial.Until(() => cache.Events.Count<ServerEvent.NoServerAlive>() > alarms), "NoServerAlive was not announced within 10 s");
            while (Stopwatch.GetElapsedTime(down).TotalMilliseconds < outage)
            {
                var begun = trial.Ledger.Now();
                var read = await cache.GetAsync(keys[trial.Dice.Next(keys.Length)]);
                answers.Add(trial.Ledger.Took(begun));
                if (read.Outcome != CacheOutcome.Unavailable) trial.Bar(false, $"an answer was {read.Outcome}, not Unavailable");
            }

            servers[1].Restart();
            var back = Stopwatch.GetTimestamp();
            trial.Bar(await UntilAnyAnswer(trial, cache, keys), "nobody served within 10 s");
            var took = Stopwatch.GetElapsedTime(back).TotalMilliseconds;
            trial.RejoinMs = Math.Max(trial.RejoinMs ?? 0, took);
            trial.Bar(took <= 2 * RetryDelay.TotalMilliseconds, $"the first one back served {took:0} ms after its return from {outage} ms, bar {2 * RetryDelay.TotalMilliseconds:0}");
            trial.Bar((await cache.SetAsync(keys[0])).IsStored, "a set was not stored by the one that is back");

            servers[0].Restart();
            servers[2].Restart();
            trial.Bar(await trial.Until(() => cache.Inner.Monitor.Current.Servers.All(server => server.State == ServerState.Up)), "not all served again within 10 s");
            await trial.Pause(1500); // until the connections are proven: the next outage is a new one
        }
        trial.Note = $"median {answers.Percentile(50):0.000} ms, p99 {answers.Percentile(99):0.000}";
        trial.Bar(answers.Percentile(50) < 1, $"median answer {answers.Percentile(50):0.0} ms, bar 1");
    }

    private static async Task<bool> UntilAnyAnswer(Trial trial, ChaosCache cache, TrackedKey[] keys)
    {
        var since = Stopwatch.GetTimestamp();
        while ((await cache.GetAsync(keys[0])).Outcome == CacheOutcome.Unavailable)
        {
            if (Stopwatch.GetElapsedTime(since) > TimeSpan.FromSeconds(10)) return false;
            await trial.Pause(1);
        }
        return true;
    }
}
