using ActorCache.EmbeddedServer.Connections;
using ActorCache.EmbeddedServer.Storage;

namespace ActorCache.EmbeddedServer.Commands;

/// <summary>What the replies of meta commands are made of.</summary>
internal static class MetaReply
{
    /// <summary>Echoes opaque and key in the order they were asked for. False if the opaque is too long to be echoed.</summary>
    public static bool Echo(ReplyBuffer reply, in CommandLine line, int first, in MetaFlags flags)
    {
        for (var word = first; word < line.Count; word++)
        {
            switch (line[word][0])
            {
                case (byte)'O' when !Opaque(reply, line[word]):
                    return false;
                case (byte)'k':
                    Key(reply, flags.Key, flags.KeyIsBinary);
                    break;
            }
        }
        return true;
    }

    public static bool Opaque(ReplyBuffer reply, ReadOnlySpan<byte> flag)
    {
        if (MetaFlags.IsOverlongOpaque(flag))
        {
            return false;
        }
        reply.Write(" "u8);
        reply.Write(flag);
        return true;
    }

    /// <summary>A binary key goes back as base64, and a b says so.</summary>
    public static void Key(ReplyBuffer reply, ReadOnlySpan<byte> key, bool binary)
    {
        reply.Write(" k"u8);
        if (binary)
        {
            reply.Base64(key);
            reply.Write(" b"u8);
        }
        else
        {
            reply.Write(key);
        }
    }

    public static void TimeToLive(ReplyBuffer reply, Item item, ServerClock clock)
    {
        if (item.ExpiresAt == 0)
        {
            reply.Write(" t-1"u8);
        }
        else
        {
            // In 32 bits and unsigned, as memcached prints it even for an item that has just expired.
            reply.Number(" t"u8, unchecked(item.ExpiresAt - clock.Now));
        }
    }
}
