using ActorCache.EmbeddedServer.Storage;

namespace ActorCache.EmbeddedServer.Commands;

/// <summary>protocol.txt, "Meta Debug": <c>me &lt;key&gt; [b]</c></summary>
internal static class MetaDebug
{
    public static Step Run(CommandContext context, in CommandLine line)
    {
        if (line.Count < 2 || line[1].Length > CommandContext.MaxKey)
        {
            return context.Answer("CLIENT_ERROR bad command line format"u8);
        }
        var key = line[1];
        if (line.Count > 2 && line[2].SequenceEqual("b"u8) && !MetaFlags.TryDecodeKey(line[1], context.DecodedKey, out key))
        {
            return context.Answer("CLIENT_ERROR bad command line format"u8);
        }
        lock (context.Store.Gate)
        {
            context.Statistics.CmdMeta++;
            if (context.Store.Find(key) is not { } item)
            {
                return context.Answer("EN"u8);
            }
            Describe(context, item);
        }
        return Step.Done;
    }

    // ME <key> <k>=<v>*\r\n
    private static void Describe(CommandContext context, Item item)
    {
        var reply = context.Reply;
        var now = context.Clock.Now;
        reply.Write("ME "u8);
        if (item.KeyIsBinary)
        {
            reply.Base64(item.Key);
        }
        else
        {
            reply.Write(item.Key);
        }
        reply.Write(" exp=-"u8);
        reply.Number(item.ExpiresAt == 0 ? 1 : item.ExpiresAt - now);
        reply.Number(" la="u8, now - item.LastAccess);
        reply.Number(" cas="u8, item.Cas);
        reply.Write(item.Fetched ? " fetch=yes"u8 : " fetch=no"u8);
        reply.Number(" cls="u8, (ulong)SlabClass.Of(item.Size));
        reply.Number(" size="u8, (ulong)item.Size);
        reply.Line();
    }
}
