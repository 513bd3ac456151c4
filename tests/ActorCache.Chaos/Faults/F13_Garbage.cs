namespace ActorCache.Chaos.Faults;

/// <summary>Bytes that are no protocol: the connection ends, the others know nothing of it.</summary>
internal sealed class F13_Garbage : Scenario
{
    public override string What => "garbage instead of replies";

    public override Task RunAsync(Trial trial) => Lied.RunAsync(trial, new Lies { Garbage = 0.0005 }, calls: trial.Full ? 1_000_000 : 60_000);
}
