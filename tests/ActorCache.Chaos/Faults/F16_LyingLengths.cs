namespace ActorCache.Chaos.Faults;

/// <summary>Announced lengths of gigabytes, or below zero: refused before anything is set aside for them.</summary>
internal sealed class F16_LyingLengths : Scenario
{
    private const double BarMb = 64;

    public override string What => "lengths of 64 MB to 4 GB, and of -1";

    public override async Task RunAsync(Trial trial)
    {
        trial.Heart.ForgetPeak();
        var before = trial.Heart.Peak;
        await Lied.RunAsync(trial, new Lies { HugeLength = 0.0005, NegativeLength = 0.0002 }, calls: trial.Full ? 300_000 : 40_000, sets: 0);
        var grown = (trial.Heart.Peak - before) / 1e6;
        trial.Bar(grown < BarMb, $"memory grew by {grown:0} MB, bar {BarMb:0}");
    }
}
