using ActorCache.EmbeddedServer.Connections;

namespace ActorCache.EmbeddedServer;

/// <summary>On the reply: other bytes, as many, none of which a reply can begin with.</summary>
internal sealed record GarbageFault : Fault
{
    internal override bool Spoil(ReplyBuffer reply, int start, Random random)
    {
        var bytes = reply.From(start);
        random.NextBytes(bytes);
        foreach (ref var octet in bytes)
        {
            octet |= 0x80;
        }
        // A line end is left, or a client that reads lines would only see silence: that is what Stall is for.
        "\r\n"u8.CopyTo(bytes[^2..]);
        return false;
    }
}
