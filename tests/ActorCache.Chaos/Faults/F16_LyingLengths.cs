using System.Diagnostics;

namespace ActorCache.Chaos.Faults;

/// <summary>
/// Announced lengths of gigabytes, or below zero: refused before anything is set aside for them; and one such lie does not cost the server for
/// long.
/// </summary>
internal sealed class F16_LyingLengths : Scenario
{
    private const double BarMb = 64, BackMs = 2000;

    public override string What => "lengths of 64 MB to 4 GB, and of -1";

    public override async Task RunAsync(Trial trial)
    {
        // The first calls of a process are compiled, and pools are filled: that is not what is measured.
        await Lied.RunAsync(trial, new Lies { Reset = 0.001 }, calls: 20_000, sets: 0);
        trial.Heart.ForgetPeak();
        var before = trial.Heart.Peak;
        await Lied.RunAsync(trial, new Lies { HugeLength = 0.0005, NegativeLength = 0.0002 }, calls: trial.Full ? 300_000 : 40_000, sets: 0);
        foreach (var length in new Lies().Lengths) await LieOnceAsync(trial, length);
        var grown = (trial.Heart.Peak - before) / 1e6;
        trial.Bar(grown < BarMb, $"memory grew by {grown:0} MB, bar {BarMb:0}");
    }

    // What follows the lie is truth, which a client that believed it would take for the value's bytes, however many are missing.
    private static async Task LieOnceAsync(Trial trial, long length)
    {
        var server = LyingServer.Start(trial, 1, new Lies())[0];
        var cache = await trial.StartCacheAsync([server.Address], options => options.ServerMaxRetry = 100); // so many lies are not yet too many
        server.Lies = new Lies { HugeLength = 1, Lengths = [length] };
        var lied = cache.Inner.GetAsync<string>("key").AsTask();
        await trial.Until(() => server.Told > 0);
        server.Lies = new Lies();
        var since = Stopwatch.GetTimestamp();
        // Many ask, so that bytes keep coming.
        var hit = false;
        double Elapsed() => Stopwatch.GetElapsedTime(since).TotalMilliseconds;
        await Task.WhenAll(Enumerable.Range(0, 32).Select(async caller =>
        {
            // What fails is answered at once: without a pause these would keep all threads from whoever dials.
            await trial.Pause(1 + caller * 7);
            while (!hit && Elapsed() < 3 * BackMs)
            {
                if ((await cache.Inner.GetAsync<string>("key")).IsHit) hit = true;
                else await trial.Pause(5);
            }
        }));
        trial.Bar(Elapsed() < BackMs, $"after one announcement of {length} bytes the server was lost for {(hit ? "" : "more than ")}{Elapsed():0} ms, bar {BackMs:0}");
        await lied;
    }
}
