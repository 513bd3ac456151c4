namespace ActorCache.EmbeddedServer;

/// <summary>Before a command runs: after so many of them, the connection is reset instead.</summary>
internal sealed record DropAfterFault(int Commands) : Fault
{
    internal override bool Resets => true;

    internal override int LetsThrough => Commands;
}
