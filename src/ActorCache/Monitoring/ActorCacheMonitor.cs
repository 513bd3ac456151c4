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
        var hash = table.Hash(bytes);
        var owner = table.Owner(hash);
        var standIn = table.Next(hash, [owner.Id]);
        var server = table.For(hash);
        return new KeyRoute(key, hash, owner.Name, standIn?.Name, server?.Name, Why(owner, server));
    }

    public static CacheSnapshot Snapshot(string cache, RouteTable table, Journal journal) => new(cache, table.Version, table.Ring.Distribution, table.Ring.Fingerprint,
        [.. table.Servers.Select((server, i) => new ServerSnapshot(server.Name, server.Address.Weight, server.Health.State, server.Since,
            server.Cause, server.Health.FailedAttempts, table.Ring.Share(i), (server.Live as PipelinedConnection)?.InFlight ?? 0, journal.PageOf(server.Id) is var page ? page.Keys : 0, page.Bytes, page.IsSpoiled))]);

    private static string Why(ServerRoute owner, ServerRoute? server)
    {
        if (server is null) return $"No server can be reached; {owner.Name}, the owner, is {owner.Health.State} ({owner.Cause}).";
        if (server.Id != owner.Id) return $"{owner.Name}, the owner, is {owner.Health.State} ({owner.Cause}); {server.Name} is the next living server clockwise.";
        return owner.Health.State == ServerState.Connecting
            ? $"{owner.Name} is the first server clockwise on the ring; operations wait there until its first connect is over."
            : $"{owner.Name} is the first server clockwise on the ring, and it serves.";
    }
}
