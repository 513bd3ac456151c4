using ActorCache.EmbeddedServer.Connections;

namespace ActorCache.EmbeddedServer;

/// <summary>On the reply: only its first bytes, then the end of the connection.</summary>
internal sealed record TruncateFault(int Bytes) : Fault
{
    internal override bool Spoil(ReplyBuffer reply, int start, Random random)
    {
        reply.CutTo(Math.Min(reply.Length, start + Bytes));
        return true;
    }
}
