using ActorCache.EmbeddedServer.Storage;

namespace ActorCache.EmbeddedServer.Commands;

/// <summary>protocol.txt, "Meta Get": <c>mg &lt;key&gt; &lt;flags&gt;*</c></summary>
internal static class MetaGet
{
    public static Step Run(CommandContext context, in CommandLine line)
    {
        if (line.Count < 2)
        {
            return context.Answer("ERROR"u8);
        }
        if (line[1].Length > CommandContext.MaxKey)
        {
            return context.Answer("CLIENT_ERROR bad command line format"u8);
        }
        if (MetaFlags.TooMany(line))
        {
            return context.Answer("CLIENT_ERROR options flags are too long"u8);
        }
        var flags = new MetaFlags();
        if (!flags.TryRead(line, 2, context, out var error))
        {
            return context.Answer(error);
        }

        var reply = context.Reply;
        var start = reply.Length;
        byte[]? value = null;
        bool written;
        lock (context.Store.Gate)
        {
            var store = context.Store;
            var item = store.Find(flags.Key);
            var created = false;
            if (item is null && flags.Vivify)
            {
                item = store.Link(flags.Key, [], clientFlags: 0, expiresAt: 0);
                created = true;
            }
            if (item is null)
            {
                context.Statistics.CmdGet++;
                context.Statistics.GetMisses++;
                written = Miss(context, line, flags);
            }
            else
            {
                Count(context, flags.HasExpiry);
                value = flags.Value ? item.Value : null;
                written = Hit(context, line, flags, item, created);
                if (written && !flags.NoBump)
                {
                    store.Fetched(item);
                }
            }
        }
        if (!written)
        {
            reply.CutTo(start);
            return context.Answer("CLIENT_ERROR opaque token too long"u8);
        }
        if (value is not null)
        {
            reply.Line(value);
        }
        return Step.Done;
    }

    // VA <size> <flags>*\r\n<data block>\r\n, or HD <flags>*\r\n without the v flag. False if a token cannot be echoed.
    private static bool Hit(CommandContext context, in CommandLine line, in MetaFlags flags, Item item, bool created)
    {
        var reply = context.Reply;
        var won = false;
        if (flags.Value)
        {
            reply.Write("VA "u8);
            reply.Number((ulong)item.Value.Length);
        }
        else
        {
            reply.Write("HD"u8);
        }
        for (var word = 2; word < line.Count; word++)
        {
            switch (line[word][0])
            {
                case (byte)'T':
                    item.ExpiresAt = flags.Expiry;
                    break;
                case (byte)'N' when created:
                    item.ExpiresAt = flags.VivifyExpiry;
                    won = true;
                    break;
                case (byte)'R':
                    won |= !item.TokenSent && !created && item.ExpiresAt != 0 && item.ExpiresAt < flags.RecacheBefore;
                    break;
                case (byte)'s':
                    reply.Number(" s"u8, (ulong)item.Value.Length);
                    break;
                case (byte)'t':
                    MetaReply.TimeToLive(reply, item, context.Clock);
                    break;
                case (byte)'c':
                    reply.Number(" c"u8, item.Cas);
                    break;
                case (byte)'f':
                    reply.Number(" f"u8, item.ClientFlags);
                    break;
                case (byte)'l':
                    reply.Number(" l"u8, context.Clock.Now - item.LastAccess);
                    break;
                case (byte)'h':
                    reply.Write(item.Fetched ? " h1"u8 : " h0"u8);
                    break;
                case (byte)'O' when !MetaReply.Opaque(reply, line[word]):
                    return false;
                case (byte)'k':
                    MetaReply.Key(reply, item.Key, item.KeyIsBinary);
                    break;
            }
        }
        // Z before X before W, whatever order was asked.
        if (item.TokenSent)
        {
            reply.Write(" Z"u8);
        }
        if (item.Stale)
        {
            reply.Write(" X"u8);
            won |= !item.TokenSent;
        }
        if (won)
        {
            reply.Write(" W"u8);
            item.TokenSent = true;
        }
        reply.Line();
        return true;
    }

    // EN <flags>*\r\n: what the request brought along is echoed, so that a pipelining client can tell misses apart.
    private static bool Miss(CommandContext context, in CommandLine line, in MetaFlags flags)
    {
        var start = context.Reply.Length;
        context.Reply.Write("EN"u8);
        if (!MetaReply.Echo(context.Reply, line, 2, flags))
        {
            return false;
        }
        context.Reply.Line();
        if (flags.Quiet)
        {
            context.Reply.CutTo(start);
        }
        return true;
    }

    private static void Count(CommandContext context, bool touched)
    {
        if (touched)
        {
            context.Statistics.CmdTouch++;
            context.Statistics.TouchHits++;
        }
        else
        {
            context.Statistics.CmdGet++;
            context.Statistics.GetHits++;
        }
    }
}
