using ActorCache.EmbeddedServer.Storage;

namespace ActorCache.EmbeddedServer.Commands;

/// <summary>protocol.txt, "Deletion", "Increment/Decrement" and "Touch": commands of one key and no value.</summary>
internal static class KeyCommands
{
    /// <summary><c>delete &lt;key&gt; [0] [noreply]</c>; the 0 is what is left of a hold time of old.</summary>
    public static Step Delete(CommandContext context, in CommandLine line)
    {
        if (line.Count is < 2 or > 4)
        {
            return context.Answer("ERROR"u8);
        }
        var noreply = false;
        if (line.Count > 2)
        {
            var holdIsZero = line[2].SequenceEqual("0"u8);
            noreply = line.Last.SequenceEqual("noreply"u8);
            var valid = line.Count == 3 ? holdIsZero || noreply : holdIsZero && noreply;
            if (!valid)
            {
                return context.Answer("CLIENT_ERROR bad command line format.  Usage: delete <key> [noreply]"u8, noreply);
            }
        }
        if (line[1].Length > CommandContext.MaxKey)
        {
            return context.Answer("CLIENT_ERROR bad command line format"u8, noreply);
        }
        bool found;
        lock (context.Store.Gate)
        {
            var item = context.Store.Find(line[1]);
            found = item is not null;
            if (item is null)
            {
                context.Statistics.DeleteMisses++;
            }
            else
            {
                context.Statistics.DeleteHits++;
                context.Store.Remove(item);
            }
        }
        return context.Answer(found ? "DELETED"u8 : "NOT_FOUND"u8, noreply);
    }

    /// <summary><c>incr &lt;key&gt; &lt;value&gt; [noreply]</c> and <c>decr &lt;key&gt; &lt;value&gt; [noreply]</c></summary>
    public static Step AddDelta(CommandContext context, in CommandLine line, bool increment)
    {
        if (line.Count is not (3 or 4))
        {
            return context.Answer("ERROR"u8);
        }
        var noreply = line.Last.SequenceEqual("noreply"u8);
        if (line[1].Length > CommandContext.MaxKey)
        {
            return context.Answer("CLIENT_ERROR bad command line format"u8, noreply);
        }
        if (!CNumber.TryUInt64(line[2], out var delta))
        {
            return context.Answer("CLIENT_ERROR invalid numeric delta argument"u8, noreply);
        }
        DeltaOutcome outcome;
        ulong result;
        lock (context.Store.Gate)
        {
            outcome = context.Store.AddDelta(line[1], increment, delta, cas: 0, out _, out result);
            if (outcome == DeltaOutcome.NotFound)
            {
                CountMiss(context, increment);
            }
        }
        switch (outcome)
        {
            case DeltaOutcome.NotFound:
                return context.Answer("NOT_FOUND"u8, noreply);
            case DeltaOutcome.NonNumeric:
                return context.Answer("CLIENT_ERROR cannot increment or decrement non-numeric value"u8, noreply);
            default:
                if (!noreply)
                {
                    context.Reply.Number(result);
                    context.Reply.Line();
                }
                return Step.Done;
        }
    }

    /// <summary><c>touch &lt;key&gt; &lt;exptime&gt; [noreply]</c></summary>
    public static Step Touch(CommandContext context, in CommandLine line)
    {
        if (line.Count is not (3 or 4))
        {
            return context.Answer("ERROR"u8);
        }
        var noreply = line.Last.SequenceEqual("noreply"u8);
        if (line[1].Length > CommandContext.MaxKey)
        {
            return context.Answer("CLIENT_ERROR bad command line format"u8, noreply);
        }
        if (!CNumber.TryInt32(line[2], out var exptime))
        {
            return context.Answer("CLIENT_ERROR invalid exptime argument"u8, noreply);
        }
        bool found;
        lock (context.Store.Gate)
        {
            context.Statistics.CmdTouch++;
            var item = context.Store.Find(line[1]);
            found = item is not null;
            if (item is null)
            {
                context.Statistics.TouchMisses++;
            }
            else
            {
                context.Statistics.TouchHits++;
                item.ExpiresAt = context.Clock.Expiry(exptime);
                context.Store.Fetched(item);
            }
        }
        return context.Answer(found ? "TOUCHED"u8 : "NOT_FOUND"u8, noreply);
    }

    public static void CountMiss(CommandContext context, bool increment)
    {
        if (increment)
        {
            context.Statistics.IncrMisses++;
        }
        else
        {
            context.Statistics.DecrMisses++;
        }
    }
}
