using System.Diagnostics;

namespace ActorCache.Chaos.Faults;

/// <summary>A megabyte comes in crumbs: it is read in time that grows with its length alone, and a deadline holds whatever drips.</summary>
internal sealed class F10_Drip : Scenario
{
    private const int Length = 1_000_000;

    public override string What => "1 MB drips in, 40 bytes at a time";

    public override async Task RunAsync(Trial trial)
    {
        var pool = Proxied.Start(trial, 1);
        var cache = await trial.StartCacheAsync(pool.Addresses, options =>
        {
            options.ReadTimeout = TimeSpan.FromSeconds(25);
            options.OperationTimeout = TimeSpan.FromSeconds(30);
        });
        var key = cache.Keys(1)[0];
        await cache.SetAsync(key, Length);
        pool[0].Bytes = 40;
        pool[0].DripPause = TimeSpan.Zero;
        pool[0].Mode = ProxyMode.Drip;

        var cpu = Process.GetCurrentProcess().TotalProcessorTime;
        var since = Stopwatch.GetTimestamp();
        var read = await cache.GetAsync(key);
        cpu = Process.GetCurrentProcess().TotalProcessorTime - cpu;
        trial.Note = $"{Stopwatch.GetElapsedTime(since).TotalSeconds:0.0} s, {cpu.TotalSeconds:0.0} s of CPU with the proxy's";
        trial.Bar(read.IsHit, $"the dripping value was {read.Outcome}");
        trial.Bar(cpu < TimeSpan.FromSeconds(2), $"{cpu.TotalSeconds:0.0} s of CPU, bar 2");

        // The same again under a deadline: it holds, although bytes keep coming.
        trial.FailuresExpected = true;
        pool[0].DripPause = TimeSpan.FromMilliseconds(1);
        var strict = await trial.StartCacheAsync(pool.Addresses, options => options.OperationTimeout = options.ReadTimeout = TimeSpan.FromMilliseconds(300));
        var begun = trial.Ledger.Now();
        var late = await strict.GetAsync(key);
        trial.Bar(late.Outcome == CacheOutcome.TimedOut, $"under a deadline the dripping value was {late.Outcome}, not TimedOut");
        trial.Bar(trial.Ledger.Took(begun) is > 200 and < 400, $"it ended after {trial.Ledger.Took(begun):0} ms, bar 300 +- 100");
    }
}
