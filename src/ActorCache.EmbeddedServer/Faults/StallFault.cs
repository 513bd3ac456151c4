namespace ActorCache.EmbeddedServer;

/// <summary>Before a command runs: it is held until the fault is switched off.</summary>
internal sealed record StallFault : Fault
{
    internal override bool Holds => true;
}
