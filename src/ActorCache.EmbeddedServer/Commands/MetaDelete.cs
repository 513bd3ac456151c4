namespace ActorCache.EmbeddedServer.Commands;

/// <summary>protocol.txt, "Meta Delete": <c>md &lt;key&gt; &lt;flags&gt;*</c></summary>
internal static class MetaDelete
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
            return context.Answer("CLIENT_ERROR options flags too long"u8);
        }
        var flags = new MetaFlags();
        if (!flags.TryRead(line, 2, context, out _))
        {
            return context.Answer("CLIENT_ERROR invalid or duplicate flag"u8);
        }

        // Code first, its two bytes are put right once it is known; the echo is checked before anything is deleted.
        var reply = context.Reply;
        var start = reply.Length;
        reply.Write("NF"u8);
        if (!MetaReply.Echo(reply, line, 2, flags))
        {
            reply.CutTo(start);
            return context.Answer("CLIENT_ERROR opaque token too long"u8);
        }
        reply.Line();

        var code = Delete(context, flags);
        code.CopyTo(reply.From(start));
        if (flags.Quiet && code.SequenceEqual("HD"u8))
        {
            reply.CutTo(start);
        }
        return Step.Done;
    }

    private static ReadOnlySpan<byte> Delete(CommandContext context, in MetaFlags flags)
    {
        lock (context.Store.Gate)
        {
            var item = context.Store.Find(flags.Key);
            if (item is null)
            {
                context.Statistics.DeleteMisses++;
                return "NF"u8;
            }
            if (flags.HasCas && flags.Cas != item.Cas)
            {
                context.Statistics.DeleteMisses++;
                return "EX"u8;
            }
            if (!flags.Invalidate)
            {
                context.Statistics.DeleteHits++;
                context.Store.Remove(item);
                return "HD"u8;
            }
            // I: the item stays, marked as stale under a new cas, and the next reader may win the right to recache it.
            if (flags.HasExpiry)
            {
                item.ExpiresAt = flags.Expiry;
            }
            item.Stale = true;
            item.TokenSent = false;
            item.Cas = context.Store.NextCas();
            return "HD"u8;
        }
    }
}
