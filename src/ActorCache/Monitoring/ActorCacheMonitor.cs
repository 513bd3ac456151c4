using System.Globalization;
using System.Runtime.InteropServices;
using ActorCache.Placement;
using ActorCache.Protocol;
using ActorCache.Transport;

namespace ActorCache;

/// <summary>Reads the newest route table for people.</summary>
internal sealed class ActorCacheMonitor(string cache, CurrentRoutes routes, Journal journal, ServerEventFeed feed, KeyRules? keys = null) : IActorCacheMonitor
{
    private readonly KeyRules _keys = keys ?? new KeyRules(new ActorCacheOptions());

    public CacheSnapshot Current => Snapshot(cache, routes.Table, journal);

    public IAsyncEnumerable<ServerEvent> WatchAsync(CancellationToken ct = default) => feed.WatchAsync(ct);

    public KeyRoute Explain(string key)
    {
        Span<byte> bytes = stackalloc byte[CacheKey.MaxEncoded];
        bytes = bytes[.._keys.Encode(key, bytes)];
        var table = routes.Table;
        var place = table.Place(bytes);
        var (server, standing) = Serving(table, place);
        var owner = table.Ring.Ownership == Ownership.One ? table.Owner(place) : server ?? table.Owner(place);
        var others = new List<string>();
        foreach (var index in table.Ring.Successors(place))
        {
            if (table.Servers[index] != owner) others.Add(table.Servers[index].Name);
        }
        return new KeyRoute(key, place.Hash, owner.Name, others, table.Next(place, [owner.Id])?.Name, server?.Name,
            server is null ? null : server == owner ? table.Ring.Rule : table.Ring.StandInRule, Why(table, place, owner, server, standing));
    }

    public static CacheSnapshot Snapshot(string cache, RouteTable table, Journal journal) => new(cache, table.Version, table.Ring.Distribution, table.Ring.Fingerprint,
        [.. table.Servers.Select((server, i) => new ServerSnapshot(server.Name, server.Address.Weight, server.Health.State, server.Since,
            server.Cause, server.Health.FailedAttempts, table.Ring.Share(i), (server.Live as PipelinedConnection)?.InFlight ?? 0, journal.PageOf(server.Id) is var page ? page.Keys : 0, page.Bytes, page.IsSpoiled,
            (server.Live as PipelinedConnection)?.Dialect))]);

    // As an operation finds its way, without sending anything.
    private (ServerRoute? Server, Standing Standing) Serving(RouteTable table, KeyPlace place)
    {
        var passed = new List<int>();
        (ServerRoute?, Standing) inDoubt = default;
        for (var server = table.For(place); server is not null; server = table.Next(place, CollectionsMarshal.AsSpan(passed)))
        {
            var standing = server.Connection is WaitingRoom ? Standing.Sound : journal.StandingOf(place.Key, server.Id);
            if (standing == Standing.Sound || (standing == Standing.Stale && (server.History.IsSettled || server.IsAwaited))) return (server, standing);
            // Whoever could be cleaned only of this key rather than whoever has to be flushed.
            if (inDoubt.Item1 is null || standing == Standing.Stale) inDoubt = (server, Standing.Spoiled);
            passed.Add(server.Id);
        }
        return inDoubt;
    }

    private static string Why(RouteTable table, KeyPlace place, ServerRoute owner, ServerRoute? server, Standing standing)
    {
        if (server is null) return $"No server can be reached; {owner.Name}, the owner, is {owner.Health.State} ({owner.Cause}).";
        var held = standing switch
        {
            Standing.Sound => "",
            Standing.Stale => " What it holds of the key may be stale, and is deleted before it is used.",
            _ => " What it holds may be stale and nobody else is left: reads are misses until it has been cleaned.",
        };
        if (server == owner)
        {
            return server.Connection is WaitingRoom
                ? $"{owner.Name} is the {table.Ring.Rule}; operations wait there until {(owner.Health.State == ServerState.Connecting ? "its first connect is over" : "it is back or ejected")}."
                : $"{owner.Name} is the {table.Ring.Rule}, and it serves.{held}";
        }
        var absence = !owner.IsServing ? $"is {owner.Health.State} ({owner.Cause})"
            : !owner.Takes(place.Hash) ? string.Create(CultureInfo.InvariantCulture, $"is coming back and serves {owner.Share * 100:0} % of its keys so far")
            : "may hold an older value and has not been cleaned yet";
        return $"{owner.Name}, the owner, {absence}; {server.Name} is the {table.Ring.StandInRule}.{held}";
    }
}
