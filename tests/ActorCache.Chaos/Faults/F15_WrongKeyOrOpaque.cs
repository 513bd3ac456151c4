namespace ActorCache.Chaos.Faults;

/// <summary>Replies for another key, or under another request's number.</summary>
internal sealed class F15_WrongKeyOrOpaque : Scenario
{
    public override string What => "wrong key, wrong opaque";

    public override Task RunAsync(Trial trial) =>
        Lied.RunAsync(trial, new Lies { WrongKey = 0.001, WrongOpaque = 0.001 }, calls: trial.Full ? 1_000_000 : 60_000);
}
