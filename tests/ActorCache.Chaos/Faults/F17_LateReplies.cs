namespace ActorCache.Chaos.Faults;

/// <summary>Servers pause again and again, so that calls time out on connections that live on, and their replies come late.</summary>
internal sealed class F17_LateReplies : Scenario
{
    public override string What => "delay storm, late replies, T = 50 ms";

    public override Task RunAsync(Trial trial) => Lied.RunAsync(trial, new Lies { Delay = 0.02, DelayMs = 40 }, calls: trial.Full ? 200_000 : 15_000, sets: 0,
        configure: options =>
        {
            options.ReadTimeout = TimeSpan.FromMilliseconds(50);
            options.OperationTimeout = TimeSpan.FromMilliseconds(50);
        });
}
