using ActorCache.EmbeddedServer.Connections;

namespace ActorCache.EmbeddedServer.Commands;

/// <summary>protocol.txt, "Retrieval command" and "Get And Touch".</summary>
internal static class RetrievalCommands
{
    /// <summary><c>get &lt;key&gt;*</c> and <c>gets &lt;key&gt;*</c></summary>
    public static Step Get(CommandContext context, in CommandLine line, bool withCas)
        => Retrieve(context, line, firstKey: 1, withCas, touch: false, exptime: 0);

    /// <summary><c>gat &lt;exptime&gt; &lt;key&gt;*</c> and <c>gats &lt;exptime&gt; &lt;key&gt;*</c></summary>
    public static Step GetAndTouch(CommandContext context, in CommandLine line, bool withCas)
    {
        if (line.Count < 2)
        {
            return context.Answer("ERROR"u8);
        }
        return CNumber.TryInt32(line[1], out var exptime)
            ? Retrieve(context, line, firstKey: 2, withCas, touch: true, exptime)
            : context.Answer("CLIENT_ERROR invalid exptime argument"u8);
    }

    private static Step Retrieve(CommandContext context, in CommandLine line, int firstKey, bool withCas, bool touch, int exptime)
    {
        if (line.Count < 2)
        {
            return context.Answer("ERROR"u8);
        }
        var at = context.ResumeAt;
        if (at == 0)
        {
            at = line.StartOf(firstKey);
            // One key that is too long takes back the whole reply, so they are looked at before the first value is written.
            if (HasOverlongKey(line.Text, at))
            {
                return context.Answer("CLIENT_ERROR bad command line format"u8);
            }
        }

        while (CommandLine.NextWord(line.Text, ref at, out var start, out var length))
        {
            Value(context, line.Text.Slice(start, length), withCas, touch, exptime);
            if (context.Reply.Length >= ReplyBuffer.FlushAt)
            {
                context.ResumeAt = at;
                return Step.Paused;
            }
        }
        context.ResumeAt = 0;
        return context.Answer("END"u8);
    }

    // VALUE <key> <flags> <bytes> [<cas unique>]\r\n<data block>\r\n
    private static void Value(CommandContext context, ReadOnlySpan<byte> key, bool withCas, bool touch, int exptime)
    {
        byte[] value;
        uint flags;
        ulong cas;
        lock (context.Store.Gate)
        {
            var item = context.Store.Find(key);
            Count(context, hit: item is not null, touch);
            if (item is null)
            {
                return;
            }
            if (touch)
            {
                item.ExpiresAt = context.Clock.Expiry(exptime);
            }
            context.Store.Fetched(item);
            (value, flags, cas) = (item.Value, item.ClientFlags, item.Cas);
        }

        var reply = context.Reply;
        reply.Write("VALUE "u8);
        reply.Write(key);
        reply.Number(' ', flags);
        reply.Number(' ', (ulong)value.Length);
        if (withCas)
        {
            reply.Number(' ', cas);
        }
        reply.Line();
        reply.Line(value);
    }

    private static void Count(CommandContext context, bool hit, bool touch)
    {
        var statistics = context.Statistics;
        if (touch)
        {
            statistics.CmdTouch++;
            statistics.TouchHits += hit ? 1 : 0;
            statistics.TouchMisses += hit ? 0 : 1;
        }
        else
        {
            statistics.CmdGet++;
            statistics.GetHits += hit ? 1 : 0;
            statistics.GetMisses += hit ? 0 : 1;
        }
    }

    private static bool HasOverlongKey(ReadOnlySpan<byte> text, int at)
    {
        while (CommandLine.NextWord(text, ref at, out _, out var length))
        {
            if (length > CommandContext.MaxKey)
            {
                return true;
            }
        }
        return false;
    }
}
