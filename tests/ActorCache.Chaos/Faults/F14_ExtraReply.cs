namespace ActorCache.Chaos.Faults;

/// <summary>A reply too many: the connection ends, and nobody gets it.</summary>
internal sealed class F14_ExtraReply : Scenario
{
    public override string What => "extra replies";

    public override Task RunAsync(Trial trial) => Lied.RunAsync(trial, new Lies { Extra = 0.001 }, calls: trial.Full ? 1_000_000 : 60_000);
}
