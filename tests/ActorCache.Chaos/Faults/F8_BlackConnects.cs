namespace ActorCache.Chaos.Faults;

/// <summary>Connects succeed and lead nowhere: a connect is no proof of health.</summary>
internal sealed class F8_BlackConnects : Scenario
{
    public override string What => "new connects lead nowhere";

    public override Task RunAsync(Trial trial) => NoWayIn.RunAsync(trial, proxy => proxy.Mode = ProxyMode.Black, proxy => proxy.Mode = ProxyMode.Pass);
}
