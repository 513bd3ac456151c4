using System.Globalization;
using System.Text;
using ActorCache.EmbeddedServer.Storage;

namespace ActorCache.EmbeddedServer.Commands;

/// <summary>protocol.txt, "Statistics": <c>stats [args]</c>. Only numbers that are true here are told.</summary>
internal static class StatsCommand
{
    public static Step Run(CommandContext context, in CommandLine line)
    {
        if (line.Count == 1)
        {
            return General(context);
        }
        return line[1] switch
        {
            var word when word.SequenceEqual("settings"u8) => Settings(context),
            var word when word.SequenceEqual("reset"u8) => Reset(context),
            var word when word.SequenceEqual("sizes"u8) => Sizes(context),
            var word when word.SequenceEqual("items"u8) => Items(context),
            var word when word.SequenceEqual("slabs"u8) => Slabs(context),
            _ => context.Answer("ERROR"u8),
        };
    }

    private static Step General(CommandContext context)
    {
        var server = context.Server;
        var store = context.Store;
        var statistics = context.Statistics;
        var connections = server.Connections.Count;
        lock (store.Gate)
        {
            Stat(context, "pid", server.ProcessId);
            Stat(context, "uptime", context.Clock.Uptime);
            Stat(context, "time", context.Clock.UnixTime);
            Stat(context, "version", "1.6.18");
            Stat(context, "pointer_size", 64);
            Stat(context, "max_connections", server.Options.MaxConnections);
            Stat(context, "curr_connections", connections);
            Stat(context, "total_connections", server.Connections.Total);
            Stat(context, "rejected_connections", server.Connections.Rejected);
            Stat(context, "cmd_get", statistics.CmdGet);
            Stat(context, "cmd_set", statistics.CmdSet);
            Stat(context, "cmd_flush", statistics.CmdFlush);
            Stat(context, "cmd_touch", statistics.CmdTouch);
            Stat(context, "cmd_meta", statistics.CmdMeta);
            Stat(context, "get_hits", statistics.GetHits);
            Stat(context, "get_misses", statistics.GetMisses);
            Stat(context, "get_expired", statistics.GetExpired);
            Stat(context, "get_flushed", statistics.GetFlushed);
            Stat(context, "delete_misses", statistics.DeleteMisses);
            Stat(context, "delete_hits", statistics.DeleteHits);
            Stat(context, "incr_misses", statistics.IncrMisses);
            Stat(context, "incr_hits", statistics.IncrHits);
            Stat(context, "decr_misses", statistics.DecrMisses);
            Stat(context, "decr_hits", statistics.DecrHits);
            Stat(context, "cas_misses", statistics.CasMisses);
            Stat(context, "cas_hits", statistics.CasHits);
            Stat(context, "cas_badval", statistics.CasBadValue);
            Stat(context, "touch_hits", statistics.TouchHits);
            Stat(context, "touch_misses", statistics.TouchMisses);
            Stat(context, "store_too_large", statistics.StoreTooLarge);
            Stat(context, "store_no_memory", statistics.StoreNoMemory);
            Stat(context, "limit_maxbytes", store.MemoryLimit);
            Stat(context, "accepting_conns", 1);
            Stat(context, "threads", Environment.ProcessorCount);
            Stat(context, "bytes", store.Bytes);
            Stat(context, "curr_items", store.Count);
            Stat(context, "total_items", statistics.TotalItems);
            Stat(context, "evicted_unfetched", statistics.EvictedUnfetched);
            Stat(context, "evictions", statistics.Evictions);
            Stat(context, "reclaimed", statistics.Reclaimed);
        }
        return context.Answer("END"u8);
    }

    // By the class memcached would have put each item into, with what it would have asked of it.
    private static Step Items(CommandContext context)
    {
        var classes = new SortedDictionary<int, (long Number, long Bytes)>();
        lock (context.Store.Gate)
        {
            foreach (var item in context.Store.Items)
            {
                var slabClass = SlabClass.Of(item.Size);
                var (number, bytes) = classes.GetValueOrDefault(slabClass);
                classes[slabClass] = (number + 1, bytes + item.Size);
            }
        }
        foreach (var (slabClass, (number, bytes)) in classes)
        {
            Stat(context, $"items:{slabClass}:number", number);
            Stat(context, $"items:{slabClass}:mem_requested", bytes);
        }
        return context.Answer("END"u8);
    }

    // The items lie in the runtime's heap.
    private static Step Slabs(CommandContext context)
    {
        Stat(context, "active_slabs", 0);
        Stat(context, "total_malloced", 0);
        return context.Answer("END"u8);
    }

    private static Step Settings(CommandContext context)
    {
        var options = context.Server.Options;
        Stat(context, "maxbytes", context.Store.MemoryLimit);
        Stat(context, "maxconns", options.MaxConnections);
        Stat(context, "tcpport", context.Server.Port);
        Stat(context, "udpport", 0);
        Stat(context, "inter", "127.0.0.1");
        Stat(context, "verbosity", 0);
        Stat(context, "evictions", "on");
        Stat(context, "domain_socket", "NULL");
        Stat(context, "shutdown_command", "no");
        Stat(context, "num_threads", Environment.ProcessorCount);
        Stat(context, "detail_enabled", "no");
        Stat(context, "cas_enabled", "yes");
        Stat(context, "binding_protocol", "ascii");
        Stat(context, "auth_enabled_sasl", "no");
        Stat(context, "auth_enabled_ascii", "no");
        Stat(context, "item_size_max", options.MaxItemSize);
        Stat(context, "maxconns_fast", "yes");
        Stat(context, "flush_enabled", "yes");
        Stat(context, "ssl_enabled", "no");
        return context.Answer("END"u8);
    }

    private static Step Reset(CommandContext context)
    {
        lock (context.Store.Gate)
        {
            context.Statistics.Reset();
        }
        return context.Answer("RESET"u8);
    }

    private static Step Sizes(CommandContext context)
    {
        Stat(context, "sizes_status", "disabled");
        return context.Answer("END"u8);
    }

    private static void Stat(CommandContext context, string name, long value)
        => Stat(context, name, value.ToString(CultureInfo.InvariantCulture));

    private static void Stat(CommandContext context, string name, string value)
        => context.Reply.Line(Encoding.ASCII.GetBytes($"STAT {name} {value}"));
}
