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
        });
        var keys = cache.Keys(100);
        for (var i = 0; i < 3; i++) servers[i].Kill();
        var down = Stopwatch.GetTimestamp();
        trial.Bar(await trial.Until(() => cache.Events.Count<ServerEvent.NoServerAlive>() > 0), "NoServerAlive was not announced within 10 s");

        var answers = new Latencies();
        while (Stopwatch.GetElapsedTime(down).TotalMilliseconds < 250)
        {
            var begun = trial.Ledger.Now();
            var read = await cache.GetAsync(keys[trial.Dice.Next(keys.Length)]);
            answers.Add(trial.Ledger.Took(begun));
            if (read.Outcome != CacheOutcome.Unavailable) trial.Bar(false, $"an answer was {read.Outcome}, not Unavailable");
        }
        trial.Note = $"median {answers.Percentile(50):0.000} ms, p99 {answers.Percentile(99):0.000}";
        trial.Bar(answers.Percentile(50) < 1, $"median answer {answers.Percentile(50):0.0} ms, bar 1");

        servers[1].Restart();
        var back = Stopwatch.GetTimestamp();
        trial.Bar(await UntilAnyAnswer(trial, cache, keys), "nobody served within 10 s");
        trial.RejoinMs = Stopwatch.GetElapsedTime(back).TotalMilliseconds;
        trial.Bar(trial.RejoinMs <= 2 * RetryDelay.TotalMilliseconds, $"the first one back served after {trial.RejoinMs:0} ms, bar {2 * RetryDelay.TotalMilliseconds:0}");

        trial.Bar((await cache.SetAsync(keys[0])).IsStored, "a set was not stored by the one that is back");
    }

    private static async Task<bool> UntilAnyAnswer(Trial trial, ChaosCache cache, TrackedKey[] keys)
    {
        var since = Stopwatch.GetTimestamp();
        while ((await cache.GetAsync(keys[0])).Outcome != CacheOutcome.Miss)
        {
            if (Stopwatch.GetElapsedTime(since) > TimeSpan.FromSeconds(10)) return false;
            await trial.Pause(1);
        }
        return true;
    }
}
