using ActorCache.Placement;
using ActorCache.Transport;

namespace ActorCache;

/// <summary>
/// The router's judgement, without the actor: what a report does to the route table, and what there is to announce. Pure but for the
/// waiting rooms that new servers get.
/// </summary>
internal sealed class RouteTransitions(string cache, int serverMaxRetry, Distribution distribution, Func<WaitingRoom> newEntrance)
{
    private static int s_lastId;

    /// <summary>The table a cache starts with: every server on the ring, and being dialled.</summary>
    public RouteTable First(Topology topology, DateTimeOffset now) =>
        new(1, distribution.Build(topology), [.. topology.Servers.Select(server => New(server, now))]);

    /// <summary>A connection actor's report.</summary>
    public RouteChange On(RouteTable table, ConnectionReport report, DateTimeOffset now)
    {
        if (table.Find(report.Server) is not { } server) return RouteChange.None(table);
        return report switch
        {
            ConnectionReport.ServerUp up => Connected(table, server, up.Connection, now),
            // Nobody dials who has a connection.
            ConnectionReport.AttemptFailed failed => Signal(table, server, HealthSignal.AttemptFailed, null, failed.End.ToString(), now),
            // Only the connection that serves can be lost: a late word about an earlier one says nothing about this one.
            ConnectionReport.ServerDown down when down.Connection == server.Live =>
                Signal(table, server, HealthSignal.ConnectionLost, null, down.End.ToString(), now),
            _ => RouteChange.None(table),
        };
    }

    /// <summary>An operator takes a server off the ring.</summary>
    public RouteChange Eject(RouteTable table, ServerRoute server, DateTimeOffset now) =>
        Signal(table, server, HealthSignal.Ejected, server.Live, "ejected by an operator", now);

    /// <summary>An operator lets a server serve again.</summary>
    public RouteChange Reinstate(RouteTable table, ServerRoute server, DateTimeOffset now)
    {
        var released = Signal(table, server, HealthSignal.Reinstated, server.Live, server.Cause, now);
        return server.Live is null ? released : released.Then(Connected(released.Table, released.Table.Find(server.Name)!, server.Live, now));
    }

    /// <summary>Other servers, or other weights: those that stay keep their connections and their state.</summary>
    public RouteChange SetTopology(RouteTable table, Topology topology, DateTimeOffset now)
    {
        var change = table.Ring.Topology.ChangeTo(topology);
        var servers = topology.Servers.Select(address => table.Find(address.Name) is { } known ? known with { Address = address } : New(address, now));
        var next = new RouteTable(table.Version + 1, distribution.Build(topology), [.. servers]);
        return new RouteChange(next,
        [
            new ServerEvent.TopologyChanged(cache, now, next.Version, Names(change.Added), Names(change.Removed), Names(change.Reweighted)),
            .. LastOneGone(table, next, now),
        ]);
    }

    private RouteChange Connected(RouteTable table, ServerRoute server, IServerConnection connection, DateTimeOffset now)
    {
        var connected = Signal(table, server, HealthSignal.Connected, connection, null, now);
        // The gate stands open: what a server remembers of before its outage is served again.
        var returned = connected.Table.Find(server.Name)!;
        return returned.Health.State == ServerState.Quarantined
            ? connected.Then(Signal(connected.Table, returned, HealthSignal.GateOpened, connection, null, now))
            : connected;
    }

    private RouteChange Signal(RouteTable table, ServerRoute server, HealthSignal signal, IServerConnection? live, string? cause, DateTimeOffset now)
    {
        var health = HealthTransitions.Next(server.Health, signal, serverMaxRetry);
        if (health == server.Health && live == server.Live) return RouteChange.None(table);

        var moved = health.State != server.Health.State;
        // Of a server that an operator holds down, the operator's word stays the cause, whatever else happens to it.
        var why = server.Health.Held && health.Held ? server.Cause : cause;
        var next = table.With(server with { Health = health, Live = live, Since = moved ? now : server.Since, Cause = why });
        var events = new List<ServerEvent>();
        if (moved && Announcement(server, health.State, cause ?? "", next.Version, now) is { } announcement) events.Add(announcement);
        events.AddRange(LastOneGone(table, next, now));
        return new RouteChange(next, events);
    }

    private ServerEvent[] LastOneGone(RouteTable before, RouteTable next, DateTimeOffset now) =>
        next.Living.IsEmpty && !before.Living.IsEmpty ? [new ServerEvent.NoServerAlive(cache, now, next.Version)] : [];

    private ServerEvent? Announcement(ServerRoute before, ServerState now, string cause, long version, DateTimeOffset at) => (before.Health.State, now) switch
    {
        (ServerState.Connecting or ServerState.Suspect, ServerState.Up) => new ServerEvent.Up(cache, before.Name, at, version),
        (_, ServerState.Up) => new ServerEvent.Reinstated(cache, before.Name, at, version),
        (_, ServerState.Suspect) => new ServerEvent.Suspected(cache, before.Name, at, version, cause),
        (_, ServerState.Down) => new ServerEvent.Ejected(cache, before.Name, at, version, cause),
        _ => null,
    };

    private ServerRoute New(ServerAddress address, DateTimeOffset now) =>
        new(address, Interlocked.Increment(ref s_lastId), ServerHealth.Initial, now, Cause: null, newEntrance(), Live: null);

    private static string[] Names(IReadOnlyList<ServerAddress> servers) => [.. servers.Select(server => server.Name)];
}
