using System.Diagnostics;

namespace ActorCache.Chaos.Faults;

/// <summary>Every server is down: calls are told so at once, however many try again without a pause, and the first server back serves.</summary>
internal sealed class F25_AllDown : Scenario
{
    private const double ImpatientMs = 1000; // those who never pause take the processors from the server that starts, too
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
        foreach (var (outage, impatient) in trial.Full ? [(250, 0), (400, 0), (550, 0), (700, 0), (850, 0), (950, 0), (500, 64)] : ((int, int)[])[(250, 0), (700, 0), (500, 64)])
        {
            var alarms = cache.Events.Count<ServerEvent.NoServerAlive>();
            var down = Stopwatch.GetTimestamp();
            for (var i = 0; i < 3; i++) servers[i].Kill();
            trial.Bar(await trial.Until(() => cache.Events.Count<ServerEvent.NoServerAlive>() > alarms), "NoServerAlive was not announced within 10 s");
            var waiting = Enumerable.Range(0, impatient + 1)
                .Select(caller => Task.Run(() => UntilAnsweredAsync(trial, cache, keys[0], pauseMs: caller == 0 ? 1 : 0), trial.Stop)).ToList();
            while (Stopwatch.GetElapsedTime(down).TotalMilliseconds < outage)
            {
                var begun = trial.Ledger.Now();
                var read = await cache.GetAsync(keys[trial.Dice.Next(keys.Length)]);
                answers.Add(trial.Ledger.Took(begun));
                if (read.Outcome != CacheOutcome.Unavailable) trial.Bar(false, $"an answer was {read.Outcome}, not Unavailable");
            }

            servers[1].Restart();
            var back = Stopwatch.GetTimestamp();
            var answered = (await Task.WhenAll(waiting)).Min();
            trial.Bar(answered is not null, "nobody served within 10 s");
            var took = Stopwatch.GetElapsedTime(back, answered ?? Stopwatch.GetTimestamp()).TotalMilliseconds;
            trial.RejoinMs = Math.Max(trial.RejoinMs ?? 0, took);
            var bar = impatient == 0 ? 2 * RetryDelay.TotalMilliseconds : ImpatientMs;
            trial.Bar(took <= bar, $"the first one back served {took:0} ms after its return from {outage} ms, with {impatient} impatient callers, bar {bar:0}");
            trial.Bar((await cache.SetAsync(keys[0])).IsStored, "a set was not stored by the one that is back");

            servers[0].Restart();
            servers[2].Restart();
            trial.Bar(await trial.Until(() => cache.Inner.Monitor.Current.Servers.All(server => server.State == ServerState.Up)), "not all served again within 10 s");
            await trial.Pause(1500); // until the connections are proven: the next outage is a new one
        }
        trial.Note = $"median {answers.Percentile(50):0.000} ms, p99 {answers.Percentile(99):0.000}";
        trial.Bar(answers.Percentile(50) < 1, $"median answer {answers.Percentile(50):0.0} ms, bar 1");
    }

    // When it was answered, if it was.
    private static async Task<long?> UntilAnsweredAsync(Trial trial, ChaosCache cache, TrackedKey key, int pauseMs)
    {
        for (var since = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(since) < TimeSpan.FromSeconds(11);)
        {
            if ((await cache.GetAsync(key)).Outcome != CacheOutcome.Unavailable) return Stopwatch.GetTimestamp();
            if (pauseMs > 0) await trial.Pause(pauseMs);
        }
        return null;
    }
}
