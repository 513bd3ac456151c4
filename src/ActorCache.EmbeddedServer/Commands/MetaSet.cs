using ActorCache.EmbeddedServer.Connections;
using ActorCache.EmbeddedServer.Storage;

namespace ActorCache.EmbeddedServer.Commands;

/// <summary>protocol.txt, "Meta Set": <c>ms &lt;key&gt; &lt;datalen&gt; &lt;flags&gt;*</c></summary>
internal static class MetaSet
{
    private const int FirstFlag = 3;

    public static Step Run(CommandContext context, in CommandLine line, ReadOnlySpan<byte> data)
    {
        if (line.Count < 2)
        {
            return context.Answer("ERROR"u8);
        }
        if (line[1].Length > CommandContext.MaxKey || line.Count == 2)
        {
            return context.Answer("CLIENT_ERROR bad command line format"u8);
        }
        if (MetaFlags.TooMany(line))
        {
            return context.Answer("CLIENT_ERROR options flags too long"u8);
        }
        if (!CNumber.TryInt64(line[2], out var length) || length is < 0 or > StorageCommands.MaxLength)
        {
            return context.Answer("CLIENT_ERROR bad command line format"u8);
        }

        // From here on the length is known, so a mistake costs the value that follows but not the connection's sync.
        var dataBytes = length + 2;
        var flags = new MetaFlags();
        if (!flags.TryRead(line, FirstFlag, context, out var error))
        {
            return context.Refuse(error, dataBytes);
        }
        if (!TryMode(flags, out var mode))
        {
            return context.Refuse("CLIENT_ERROR invalid mode for ms M token"u8, dataBytes);
        }
        if (HasOverlongOpaque(line))
        {
            return context.Refuse("CLIENT_ERROR opaque token too long"u8, dataBytes);
        }
        if (StorageCommands.Impossible(context, flags.Key.Length, length, flags.ClientFlags, out error))
        {
            StorageCommands.Forget(context, flags.Key);
            return context.Refuse(error, dataBytes);
        }
        if (data.Length < dataBytes)
        {
            return Step.NeedData(dataBytes);
        }

        StoreOutcome outcome;
        var cas = 0UL;
        lock (context.Store.Gate)
        {
            context.Statistics.CmdSet++;
            if (!data.Slice((int)length, 2).SequenceEqual("\r\n"u8))
            {
                context.Answer("CLIENT_ERROR bad data chunk"u8);
                return Step.DoneWith(dataBytes);
            }
            var value = data[..(int)length];
            outcome = context.Store.Store(
                mode, flags.Key, value, flags.ClientFlags, flags.Expiry, flags.Cas, flags.Invalidate, out var item);
            if (item is not null)
            {
                cas = item.Cas;
                // An appended value is stored under the old item's key, however this one was written.
                item.KeyIsBinary |= flags.KeyIsBinary && mode is not (StoreMode.Append or StoreMode.Prepend);
            }
        }
        if (outcome != StoreOutcome.Stored || !flags.Quiet)
        {
            Answer(context.Reply, line, flags, outcome, cas);
        }
        return Step.DoneWith(dataBytes);
    }

    // <CD> <flags>*\r\n
    private static void Answer(ReplyBuffer reply, in CommandLine line, in MetaFlags flags, StoreOutcome outcome, ulong cas)
    {
        reply.Write(outcome switch
        {
            StoreOutcome.Stored => "HD"u8,
            StoreOutcome.Exists => "EX"u8,
            StoreOutcome.NotFound => "NF"u8,
            _ => "NS"u8,
        });
        for (var word = FirstFlag; word < line.Count; word++)
        {
            switch (line[word][0])
            {
                case (byte)'O':
                    MetaReply.Opaque(reply, line[word]);
                    break;
                case (byte)'k':
                    MetaReply.Key(reply, flags.Key, flags.KeyIsBinary);
                    break;
                case (byte)'c':
                    reply.Number(" c"u8, cas);
                    break;
            }
        }
        reply.Line();
    }

    // A cas turns set and replace into the cas command; the other modes check it beside what they do.
    private static bool TryMode(in MetaFlags flags, out StoreMode mode)
    {
        (var known, mode) = flags.Mode switch
        {
            0 or (byte)'S' => (true, StoreMode.Set),
            (byte)'E' => (true, StoreMode.Add),
            (byte)'A' => (true, StoreMode.Append),
            (byte)'P' => (true, StoreMode.Prepend),
            (byte)'R' => (true, StoreMode.Replace),
            _ => (false, StoreMode.Set),
        };
        if (flags.HasCas && mode is (StoreMode.Set or StoreMode.Replace))
        {
            mode = StoreMode.Cas;
        }
        return known;
    }

    private static bool HasOverlongOpaque(in CommandLine line)
    {
        for (var word = FirstFlag; word < line.Count; word++)
        {
            if (line[word][0] == 'O' && MetaFlags.IsOverlongOpaque(line[word]))
            {
                return true;
            }
        }
        return false;
    }
}
