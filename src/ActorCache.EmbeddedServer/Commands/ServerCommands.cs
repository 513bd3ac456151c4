namespace ActorCache.EmbeddedServer.Commands;

/// <summary>protocol.txt, "Other commands": about the server as a whole.</summary>
internal static class ServerCommands
{
    private const long Megabyte = 1 << 20;

    /// <summary><c>flush_all [delay] [noreply]</c></summary>
    public static Step FlushAll(CommandContext context, in CommandLine line)
    {
        if (line.Count > 3)
        {
            return context.Answer("ERROR"u8);
        }
        var noreply = line.Last.SequenceEqual("noreply"u8);
        var delay = 0;
        var hasDelay = line.Count != (noreply ? 2 : 1);
        if (hasDelay && !CNumber.TryInt32(line[1], out delay))
        {
            Count(context);
            return context.Answer("CLIENT_ERROR invalid exptime argument"u8, noreply);
        }
        lock (context.Store.Gate)
        {
            context.Statistics.CmdFlush++;
            if (delay <= 0)
            {
                context.Store.Flush();
            }
            else
            {
                context.Store.FlushUpTo(context.Clock.Expiry(delay) - 1);
            }
        }
        return context.Answer("OK"u8, noreply);
    }

    /// <summary><c>cache_memlimit &lt;megabytes&gt; [noreply]</c></summary>
    public static Step MemoryLimit(CommandContext context, in CommandLine line)
    {
        if (line.Count is not (2 or 3))
        {
            return context.Answer("ERROR"u8);
        }
        var noreply = line.Last.SequenceEqual("noreply"u8);
        if (!CNumber.TryUInt32(line[1], out var megabytes))
        {
            return context.Answer("ERROR"u8, noreply);
        }
        switch (megabytes)
        {
            case < 8:
                return context.Answer("MEMLIMIT_TOO_SMALL cannot set maxbytes to less than 8m"u8, noreply);
            case > 1_000_000_000:
                return context.Answer("MEMLIMIT_ADJUST_FAILED input value is megabytes not bytes"u8, noreply);
            default:
                lock (context.Store.Gate)
                {
                    context.Store.ChangeMemoryLimit(megabytes * Megabyte);
                }
                return context.Answer("OK"u8, noreply);
        }
    }

    /// <summary><c>verbosity &lt;level&gt; [noreply]</c>: there is no log to make more or less of.</summary>
    public static Step Verbosity(CommandContext context, in CommandLine line)
    {
        if (line.Count is not (2 or 3))
        {
            return context.Answer("ERROR"u8);
        }
        var noreply = line.Last.SequenceEqual("noreply"u8);
        return CNumber.TryUInt32(line[1], out _)
            ? context.Answer("OK"u8, noreply)
            : context.Answer("CLIENT_ERROR bad command line format"u8, noreply);
    }

    /// <summary><c>config get cluster</c>: ElastiCache's addition, which memcached answers with <c>ERROR</c> as all it does not know.</summary>
    public static Step Config(CommandContext context, in CommandLine line)
    {
        var isKnown = line.Count == 3 && line[1].SequenceEqual("get"u8) && line[2].SequenceEqual("cluster"u8);
        if (!isKnown || context.Server.Cluster.Reply is not { } reply)
        {
            return context.Answer("ERROR"u8);
        }
        context.Reply.Write(reply);
        return Step.Done;
    }

    private static void Count(CommandContext context)
    {
        lock (context.Store.Gate)
        {
            context.Statistics.CmdFlush++;
        }
    }
}
