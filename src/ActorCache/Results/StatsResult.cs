using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json.Serialization;

namespace ActorCache;

/// <summary>The answer to <see cref="IActorCache.StatsAsync"/> and <see cref="CacheProtocol.Stats"/>: each server's figures, and their sums.</summary>
/// <param name="Group">What was asked for.</param>
/// <param name="Servers">Every server's answer by its name.</param>
public sealed record StatsResult(StatsGroup Group, IReadOnlyDictionary<string, ServerStats> Servers) : IActorCacheMessage
{
    private static readonly FrozenSet<string> Counts = new[]
    {
        "curr_items", "total_items", "bytes", "limit_maxbytes",
        "curr_connections", "total_connections", "rejected_connections", "max_connections", "listen_disabled_num", "conn_yields",
        "bytes_read", "bytes_written", "auth_cmds", "auth_errors",
        "get_expired", "get_flushed", "cas_badval", "store_too_large", "store_no_memory",
        "evictions", "evicted_unfetched", "evicted_active", "expired_unfetched", "reclaimed",
    }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Every server answered.</summary>
    [JsonIgnore]
    public bool IsComplete => Servers.Values.All(server => server.IsAnswered);

    /// <summary>The sum over all servers that answered of a figure that is a count.</summary>
    /// <param name="name">
    /// Of <see cref="StatsGroup.General"/>: what begins with <c>cmd_</c> or ends in <c>_hits</c> or <c>_misses</c>; <c>curr_items</c>,
    /// <c>total_items</c>, <c>bytes</c>, <c>limit_maxbytes</c>; <c>curr_</c>, <c>total_</c>, <c>rejected_</c> and <c>max_connections</c>,
    /// <c>listen_disabled_num</c>, <c>conn_yields</c>; <c>bytes_read</c>, <c>bytes_written</c>; <c>auth_cmds</c>, <c>auth_errors</c>;
    /// <c>get_expired</c>, <c>get_flushed</c>, <c>cas_badval</c>, <c>store_too_large</c>, <c>store_no_memory</c>; <c>evictions</c>,
    /// <c>evicted_unfetched</c>, <c>evicted_active</c>, <c>expired_unfetched</c>, <c>reclaimed</c>.
    /// </param>
    /// <returns>Null for what is no count (a time, a version, a setting; a slab class is another size on another server), and when no server told it.</returns>
    public ulong? Total(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (Group != StatsGroup.General || !IsCount(name)) return null;
        ulong? total = null;
        foreach (var server in Servers.Values)
        {
            if (server.Values.TryGetValue(name, out var text) && ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count))
                total = (total ?? 0) + count;
        }
        return total;
    }

    private static bool IsCount(string name) => Counts.Contains(name) || name.StartsWith("cmd_", StringComparison.Ordinal)
        || name.EndsWith("_hits", StringComparison.Ordinal) || name.EndsWith("_misses", StringComparison.Ordinal);
}
