namespace ActorCache.Chaos.Faults;

/// <summary>A tenth of all callers give up within 20 ms, while servers pause; the others get their own answers.</summary>
internal sealed class F18_Cancellations : Scenario
{
    public override string What => "cancellation storm, 10 %";

    public override async Task RunAsync(Trial trial)
    {
        await Lied.RunAsync(trial, new Lies { Delay = 0.005, DelayMs = 40 }, calls: trial.Full ? 1_000_000 : 40_000, cancelled: 0.1);
        trial.Bar(trial.Ledger.Cancelled > 0, "nobody gave up in time");
        var wait = trial.Ledger.Detached.Percentile(99.9);
        trial.Note += $", {trial.Ledger.Cancelled} gave up, free after {wait:0.0} ms (p99.9)";
        trial.Bar(wait < 50, $"whoever gave up was free after {wait:0} ms (p99.9), bar 50");
    }
}
