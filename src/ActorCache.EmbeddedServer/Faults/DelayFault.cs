namespace ActorCache.EmbeddedServer;

/// <summary>On the reply: it leaves later.</summary>
internal sealed record DelayFault(TimeSpan By) : Fault
{
    internal override TimeSpan Lateness => By;
}
