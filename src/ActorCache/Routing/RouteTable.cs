using System.Collections.Immutable;
using ActorCache.Placement;

namespace ActorCache;

/// <summary>
/// Who serves which key, at one moment: immutable, published whole by the router, read by every call without a lock. Being in this table
/// as serving is what "alive" means; nobody asks a server on the way.
/// </summary>
internal sealed class RouteTable
{
    private readonly ServingRing _serving;
    private readonly bool _isReturning;

    public RouteTable(long version, Ring ring, IReadOnlyList<ServerRoute> servers)
    {
        Version = version;
        Ring = ring;
        Servers = [.. servers];
        var living = ServerSet.None(Servers.Length);
        for (var i = 0; i < Servers.Length; i++)
        {
            if (Servers[i].IsServing) living = living.With(i);
            if (Servers[i].Share < 1) _isReturning = true;
            if (Servers[i].Health.State == ServerState.Quarantined) NeedsReview = true;
            LargestItem = Math.Min(LargestItem, Servers[i].LargestItem);
            if (Servers[i] is { Live: not null, History.IsSettled: false }) IsSettling = true;
        }
        Living = living;
        NeedsReview |= _isReturning;
        IsWhole = living.Count == Servers.Length && !_isReturning;
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

    /// <summary>Something in it changes with time alone: a server waits at the gate, or its keys are coming back to it.</summary>
    public bool NeedsReview { get; }

    /// <summary>Some server is not known yet to be done with what earlier connections wrote.</summary>
    public bool IsSettling { get; }

    /// <summary>The servers have not been found yet: what is here are the names to find them by.</summary>
    public bool IsSought => Servers[0].IsSought;

    /// <summary>What every server takes, in bytes, as far as they have said.</summary>
    public int LargestItem { get; } = int.MaxValue;

    /// <summary>What is known of servers that have left, by name: they may come again, with what they hold now.</summary>
    public ImmutableDictionary<string, Departure> Departed { get; init; } = ImmutableDictionary<string, Departure>.Empty;

    /// <summary>Where a key lies, on this table's ring.</summary>
    public KeyPlace Place(ReadOnlySpan<byte> key) => Ring.Place(key);

    /// <summary>The server that serves a key; null when none does.</summary>
    public ServerRoute? For(KeyPlace place)
    {
        var index = _serving.ServerFor(place);
        if (index < 0) return null;
        return _isReturning && !Servers[index].Takes(place.Hash) ? InPlaceOf(Servers[index], place) : Servers[index];
    }

    /// <summary>The next server in the key's order that serves and was not tried; null when there is none.</summary>
    public ServerRoute? Next(KeyPlace place, ReadOnlySpan<int> tried)
    {
        foreach (var index in Ring.Successors(place))
        {
            var server = Servers[index];
            if (server.IsServing && !tried.Contains(server.Id)) return server;
        }
        return null;
    }

    public ServerRoute Owner(KeyPlace place) => Servers[Ring.Owner(place)];

    /// <summary>Whether a server has the key only while another one, whose key it is, is away.</summary>
    public bool IsStandIn(ServerRoute server, KeyPlace place) => Ring.Ownership == Ownership.One && Owner(place).Id != server.Id;

    /// <summary>One given server, unless it does not serve or was tried.</summary>
    public ServerRoute? Only(int id, ReadOnlySpan<int> tried)
    {
        foreach (var server in Servers)
        {
            if (server.Id == id) return server.IsServing && !tried.Contains(id) ? server : null;
        }
        return null;
    }

    public ServerRoute? Find(string name) => Ring.Topology.IndexOf(name) is >= 0 and var index ? Servers[index] : null;

    /// <summary>The same ring with one server changed.</summary>
    public RouteTable With(ServerRoute changed)
    {
        var servers = (ServerRoute[])Servers.Clone();
        servers[Ring.Topology.IndexOf(changed.Name)] = changed;
        return new RouteTable(Version + 1, Ring, servers) { Departed = Departed };
    }

    /// <summary>The same, with something else known of those that have left.</summary>
    public RouteTable WithDeparted(ImmutableDictionary<string, Departure> departed) => new(Version + 1, Ring, Servers) { Departed = departed };

    // The key has not come back to its server yet.
    private ServerRoute InPlaceOf(ServerRoute returning, KeyPlace place)
    {
        foreach (var index in Ring.Successors(place))
        {
            if (Servers[index].IsServing && Servers[index].Takes(place.Hash)) return Servers[index];
        }
        return returning;
    }
}
