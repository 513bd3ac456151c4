namespace ActorCache.Chaos.Faults;

/// <summary>Connects get no answer from the kernel, because the backlog is full: each attempt ends in time, and none is made meanwhile.</summary>
internal sealed class F3_BacklogFull : Scenario
{
    public override string What => "backlog full: connects hang";

    public override Task RunAsync(Trial trial) => NoWayIn.RunAsync(trial, proxy => proxy.FillBacklog(), proxy => proxy.Open());
}
