using System.Diagnostics;

namespace ActorCache.Chaos.Faults;

/// <summary>A hundred thousand gets at once against a server that reads nothing: as many wait as the window holds, the others are refused at once.</summary>
internal sealed class F19_Flood : Scenario
{
    private const int Calls = 100_000;

    public override string What => "100,000 concurrent gets, stalled server";

    public override async Task RunAsync(Trial trial)
    {
        trial.FailuresExpected = true;
        var pool = Proxied.Start(trial, 1);
        var cache = await trial.StartCacheAsync(pool.Addresses, options =>
        {
            options.ReadTimeout = TimeSpan.FromSeconds(3);
            options.OperationTimeout = TimeSpan.FromSeconds(4);
        });
        var key = cache.Keys(1)[0];
        await cache.SetAsync(key);
        pool[0].Mode = ProxyMode.Stall;
        GC.Collect();
        trial.Heart.ForgetPeak();
        var before = trial.Heart.Peak;

        var refusals = new Latencies();
        var waiting = new Task<CacheResult<byte[]>>?[Calls];
        long refused = 0;
        for (var i = 0; i < Calls; i++)
        {
            var begun = trial.Ledger.Begin();
            var call = cache.Inner.GetAsync<byte[]>(key.Name);
            if (!call.IsCompleted)
            {
                waiting[i] = CountedAsync(begun, call);
                continue;
            }
            var outcome = (await call).Outcome;
            trial.Ledger.Ended(begun, cache.Budget, outcome);
            refusals.Add(trial.Ledger.Took(begun));
            if (outcome == CacheOutcome.Overloaded) refused++;
        }
        await trial.Pause(500);
        var grown = (trial.Heart.Peak - before) / 1e6;

        pool[0].Mode = ProxyMode.Pass;
        var released = Stopwatch.GetTimestamp();
        trial.Bar(await trial.Until(() => waiting.Any(call => call is { IsCompletedSuccessfully: true, Result.IsHit: true }) || Stopwatch.GetElapsedTime(released).TotalSeconds > 3),
            "nobody was answered after the release");
        trial.RejoinMs = Stopwatch.GetElapsedTime(released).TotalMilliseconds;
        var answers = await Task.WhenAll(waiting.OfType<Task<CacheResult<byte[]>>>());

        trial.Note = $"{refused} refused, p99.9 {refusals.Percentile(99.9):0.000} ms, longest {refusals.LongestMs:0.0}; {answers.Count(answer => answer.IsHit)} answered later; +{grown:0} MB";
        trial.Bar(refused >= Calls - 2 * 16_384, $"only {refused} of {Calls} were refused");
        trial.Bar(refusals.Percentile(99.9) < 1, $"p99.9 of the refusals took {refusals.Percentile(99.9):0.0} ms, bar 1");
        trial.Bar(grown < 64, $"memory grew by {grown:0} MB, bar 64");
        trial.Bar(trial.RejoinMs < 1000, $"first answer {trial.RejoinMs:0} ms after the release, bar 1000");

        async Task<CacheResult<byte[]>> CountedAsync(CallClock begun, ValueTask<CacheResult<byte[]>> call)
        {
            var answer = await call;
            trial.Ledger.Ended(begun, cache.Budget, answer.Outcome);
            return answer;
        }
    }
}
