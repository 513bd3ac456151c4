using ActorCache.Placement;

namespace ActorCache;

/// <summary>
/// Who serves which key, at one moment: immutable, published whole by the router, read by every call without a lock. Being in this table
/// as serving is what "alive" means; nobody asks a server on the way.
/// </summary>
internal sealed class RouteTable
{
    private readonly ServingRing _serving;

    public RouteTable(long version, Ring ring, IReadOnlyList<ServerRoute> servers)
    {
        Version = version;
        Ring = ring;
        Servers = [.. servers];
        var living = ServerSet.None(Servers.Length);
        for (var i = 0; i < Servers.Length; i++)
        {
            if (Servers[i].Health.IsServing) living = living.With(i);
        }
        Living = living;
        IsWhole = living.Count == Servers.Length;
        _serving = ring.ServeWith(living);
    }

    /// <summary>Greater in every newer table.</summary>
    public long Version { get; }

    public Ring Ring { get; }

    /// <summary>By their index in the ring's topology.</summary>
    public ServerRoute[] Servers { get; }

    public ServerSet Living { get; }

    /// <summary>Every key is served by its owner.</summary>
    public bool IsWhole { get; }

    public uint Hash(ReadOnlySpan<byte> key) => Ring.Hash(key);

    /// <summary>The server that serves a key; null when none does.</summary>
    public ServerRoute? For(uint hash)
    {
        var index = _serving.ServerFor(hash);
        return index < 0 ? null : Servers[index];
    }

    /// <summary>The next server clockwise that serves and was not tried; null when there is none.</summary>
    public ServerRoute? Next(uint hash, ReadOnlySpan<int> tried)
    {
        foreach (var index in Ring.Successors(hash))
        {
            var server = Servers[index];
            if (server.Health.IsServing && !tried.Contains(server.Id)) return server;
        }
        return null;
    }

    public ServerRoute Owner(uint hash) => Servers[Ring.Owner(hash)];

    public bool IsStandIn(ServerRoute server, uint hash) => Owner(hash).Id != server.Id;

    public ServerRoute? Find(string name) => Ring.Topology.IndexOf(name) is >= 0 and var index ? Servers[index] : null;

    /// <summary>The same ring with one server changed.</summary>
    public RouteTable With(ServerRoute changed)
    {
        var servers = (ServerRoute[])Servers.Clone();
        servers[Ring.Topology.IndexOf(changed.Name)] = changed;
        return new RouteTable(Version + 1, Ring, servers);
    }
}
