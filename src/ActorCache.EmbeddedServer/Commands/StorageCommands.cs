using ActorCache.EmbeddedServer.Storage;

namespace ActorCache.EmbeddedServer.Commands;

/// <summary>protocol.txt, "Storage commands".</summary>
internal static class StorageCommands
{
    /// <summary>The longest value a length may announce: it must leave room for CRLF in an int, as in memcached.</summary>
    public const long MaxLength = int.MaxValue - 2;

    /// <summary>
    /// <c>&lt;command name&gt; &lt;key&gt; &lt;flags&gt; &lt;exptime&gt; &lt;bytes&gt; [noreply]</c> and
    /// <c>cas &lt;key&gt; &lt;flags&gt; &lt;exptime&gt; &lt;bytes&gt; &lt;cas unique&gt; [noreply]</c>
    /// </summary>
    public static Step Store(CommandContext context, in CommandLine line, ReadOnlySpan<byte> data, StoreMode mode)
    {
        var words = mode == StoreMode.Cas ? 6 : 5;
        if (line.Count != words && line.Count != words + 1)
        {
            return context.Answer("ERROR"u8);
        }
        var noreply = line.Last.SequenceEqual("noreply"u8);
        var key = line[1];
        var cas = 0UL;
        if (key.Length > CommandContext.MaxKey
            || !CNumber.TryUInt32(line[2], out var flags)
            || !CNumber.TryInt32(line[3], out var exptime)
            // Read in 64 bits: memcached cuts a length to 32, and then takes 4294967297 for 1.
            || !CNumber.TryInt64(line[4], out var length)
            || (mode == StoreMode.Cas && !CNumber.TryUInt64(line[5], out cas))
            || length is < 0 or > MaxLength)
        {
            return context.Answer("CLIENT_ERROR bad command line format"u8, noreply);
        }

        var dataBytes = length + 2;
        if (Impossible(context, key.Length, length, flags, out var error))
        {
            if (mode == StoreMode.Set)
            {
                Forget(context, key);
            }
            return context.Refuse(error, dataBytes, noreply);
        }
        if (data.Length < dataBytes)
        {
            return Step.NeedData(dataBytes);
        }

        StoreOutcome outcome;
        var value = data[..(int)length];
        var wellFormed = data.Slice((int)length, 2).SequenceEqual("\r\n"u8);
        lock (context.Store.Gate)
        {
            context.Statistics.CmdSet++;
            if (!wellFormed)
            {
                context.Answer("CLIENT_ERROR bad data chunk"u8, noreply);
                return Step.DoneWith(dataBytes);
            }
            outcome = context.Store.Store(mode, key, value, flags, context.Clock.Expiry(exptime), cas, staleAllowed: false, out _);
        }
        context.Answer(
            outcome switch
            {
                StoreOutcome.Stored => "STORED"u8,
                StoreOutcome.Exists => "EXISTS"u8,
                StoreOutcome.NotFound => "NOT_FOUND"u8,
                _ => "NOT_STORED"u8,
            },
            noreply);
        return Step.DoneWith(dataBytes);
    }

    /// <summary>Whether a value of that size can never be stored, and what memcached then says.</summary>
    public static bool Impossible(CommandContext context, int key, long length, uint flags, out ReadOnlySpan<byte> error)
    {
        error = default;
        lock (context.Store.Gate)
        {
            if (!context.Store.Accepts(key, length, flags))
            {
                context.Statistics.StoreTooLarge++;
                error = "SERVER_ERROR object too large for cache"u8;
            }
            else if (!context.Store.HasRoomFor(key, length, flags))
            {
                context.Statistics.StoreNoMemory++;
                error = "SERVER_ERROR out of memory storing object"u8;
            }
        }
        return !error.IsEmpty;
    }

    /// <summary>After a refused set the old value must not be served: the caller believes it was replaced.</summary>
    public static void Forget(CommandContext context, ReadOnlySpan<byte> key)
    {
        lock (context.Store.Gate)
        {
            if (context.Store.Find(key) is { } item)
            {
                context.Store.Remove(item);
            }
        }
    }
}
