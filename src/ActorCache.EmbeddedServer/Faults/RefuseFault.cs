namespace ActorCache.EmbeddedServer.Faults;

/// <summary>At the door: nothing listens.</summary>
internal sealed record RefuseFault : Fault
{
    internal override bool ClosesListener => true;
}
