namespace ActorCache.EmbeddedServer;

/// <summary>At the door: nothing listens.</summary>
internal sealed record RefuseFault : Fault
{
    internal override bool ClosesListener => true;
}
