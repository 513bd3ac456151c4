using ActorCache.Placement;
using ActorCache.Transport;

namespace ActorCache;

/// <summary>
/// The router's judgement, without the actor: what a report, an operator's word or the passing of time does to the route table, and what
/// there is to announce. Pure but for the waiting rooms that servers get.
/// </summary>
internal sealed class RouteTransitions(
    string cache, ActorCacheOptions options, Distribution distribution, Func<WaitingRoom> newEntrance, Func<ServerAddress, ServerFigures>? figures = null)
{
    private const int RampSteps = 10;
    private static readonly TimeSpan YoungOutage = TimeSpan.FromSeconds(1);
    private static int s_lastId;

    // Lost so often without having been up for a while in between, a server flaps: it is ejected as if it could not be reached.
    private readonly int _flapsThatEject = Math.Max(4, options.ServerMaxRetry + 1);
    private readonly TimeSpan _stableAfter = options.ProvenAfter * 4;

    /// <summary>The table a cache starts with: every server on the ring, and being dialled.</summary>
    public RouteTable First(Topology topology, Moment now) =>
        new(1, distribution.Build(topology, options.HashTags), [.. topology.Servers.Select(server => New(server, now))]);

    /// <summary>The same, when servers are yet to be found by these names: nobody is dialled, and calls wait as for a first dial.</summary>
    public RouteTable Sought(Topology names, Moment now) =>
        new(1, distribution.Build(names, options.HashTags), [.. names.Servers.Select(name => New(name, now) with { IsSought = true })]);

    /// <summary>The servers have been found: they begin as those do that a cache starts with, whatever became of the names.</summary>
    public RouteChange Found(RouteTable table, Topology topology, Moment now)
    {
        var found = new RouteTable(table.Version + 1, distribution.Build(topology, options.HashTags), [.. topology.Servers.Select(server => New(server, now))]);
        return new RouteChange(found, [new ServerEvent.TopologyChanged(cache, now.Utc, found.Version, Names(topology.Servers), [], [])]);
    }

    /// <summary>The servers have not been found, this time: an attempt like any other.</summary>
    public RouteChange NotFound(RouteTable table, string why, Moment now) => table.Servers.Aggregate(RouteChange.None(table), (soFar, server) =>
        soFar.Then(On(soFar.Table, new ConnectionReport.AttemptFailed(server.Name, new ConnectionClosed(CloseReason.Unreachable, why)), now)));

    /// <summary>A connection actor's report.</summary>
    public RouteChange On(RouteTable table, ConnectionReport report, Moment now)
    {
        if (report is ConnectionReport.ServerLeft left) return Left(table, left);
        if (table.Find(report.Server) is not { } server) return RouteChange.None(table);
        return report switch
        {
            ConnectionReport.ServerUp up => Connected(table, server, up, now),
            // Nobody dials who has a connection.
            ConnectionReport.AttemptFailed failed => Reviewed(Signal(table, server with { History = PastOf(server, now) }, failed.End.IsRefusal ? HealthSignal.Rejected : HealthSignal.AttemptFailed, null, failed.End.ToString(), now), now),
            // Only the connection that serves can be lost: a late word about an earlier one says nothing about this one.
            ConnectionReport.ServerDown down when down.Connection == server.Live => Reviewed(Lost(table, server, down.End, now), now),
            _ => RouteChange.None(table),
        };
    }

    /// <summary>Every server was lost, the last one a moment ago: whoever is back first is to be found soon.</summary>
    public static bool IsYoungOutage(RouteTable table, Moment now) =>
        table.Servers.All(server => server.Health.State != ServerState.Up) && table.Servers.Max(server => server.History.LostAt) is { } last && now.Elapsed - last < YoungOutage;

    /// <summary>Whether a server that joins was here before, and is not through with that yet.</summary>
    public static bool IsDraining(RouteTable table, string name) => table.Departed.TryGetValue(name, out var before) && before.Draining is not null;

    /// <summary>
    /// Whether a server that joins, and was here before, is to be flushed before it is let in: it then serves at once. One that may still
    /// carry out what was written to it is not, as a flush might come before that.
    /// </summary>
    public bool IsToBeFlushed(RouteTable table, ConnectionReport.ServerUp up, Moment now) =>
        up.IsFlushed is null && Rejoining != OnRejoin.Admit && table.Departed.TryGetValue(up.Server, out var before)
        && before.IsSettled && !before.History.HasRestarted(up.Identity, now.Elapsed);

    /// <summary>A server has been seen at work for so long, over this connection, that nothing of earlier ones is left there.</summary>
    public RouteChange Settled(RouteTable table, string name, IServerConnection connection)
    {
        if (table.Find(name) is not { History.IsSettled: false } server || server.Live != connection) return RouteChange.None(table);
        return new RouteChange(table.With(server with
        {
            History = server.History with { IsSettled = true },
            Entrance = server.IsAwaited ? newEntrance() : server.Entrance, // Calls may have come to wait there for this.
        }), []);
    }

    /// <summary>A server that waits at the gate has been swept, over this connection.</summary>
    public RouteChange Swept(RouteTable table, string name, IServerConnection connection, Moment now)
    {
        if (table.Find(name) is not { Health.State: ServerState.Quarantined } server || server.Live != connection) return RouteChange.None(table);
        var swept = table.With(server with { History = server.History with { IsSwept = true } });
        return new RouteChange(swept, []).Then(Review(swept, now));
    }

    /// <summary>What the passing of time brings: gates open, and keys come back.</summary>
    public RouteChange Review(RouteTable table, Moment now)
    {
        var change = RouteChange.None(table);
        foreach (var server in table.Servers)
        {
            if (server.Health.State == ServerState.Quarantined && MayEnter(change.Table, server, now.Elapsed))
                change = change.Then(Signal(change.Table, server, HealthSignal.GateOpened, server.Live, null, now));
            else if (server.Share < 1 && ShareAt(server, now.Elapsed) is var share && share > server.Share)
                change = change.Then(new RouteChange(change.Table.With(server with { Share = share }), []));
        }
        return change;
    }

    /// <summary>An operator takes a server off the ring.</summary>
    public RouteChange Eject(RouteTable table, ServerRoute server, Moment now) =>
        Reviewed(Signal(table, server, HealthSignal.Ejected, server.Live, "ejected by an operator", now), now);

    /// <summary>An operator lets a server serve again: at once, if it is connected.</summary>
    public RouteChange Reinstate(RouteTable table, ServerRoute server, Moment now)
    {
        var change = LetIn(table, server, now);
        // Its connection has outlived its absence, so nobody else looks at what it missed.
        if (HoldAll && server is { Health.State: ServerState.Down, Live: not null }) change = change with { Spoiled = [.. change.Spoiled, server.Id] };
        return change.Table.Find(server.Name) is { Share: < 1 } returning
            ? change.Then(new RouteChange(change.Table.With(returning with { Share = 1 }), []))
            : change;
    }

    private RouteChange LetIn(RouteTable table, ServerRoute server, Moment now)
    {
        var released = Signal(table, server, HealthSignal.Reinstated, server.Live, server.Cause, now);
        if (released.Table.Find(server.Name) is not { Health.State: ServerState.Down, Live: { } live } down) return released;
        var atGate = Signal(released.Table, down, HealthSignal.Connected, live, null, now);
        return released.Then(atGate).Then(Signal(atGate.Table, atGate.Table.Find(server.Name)!, HealthSignal.GateOpened, live, null, now));
    }

    /// <summary>
    /// Other servers, or other weights: those that stay keep their connections and their state. Of those that join,
    /// <paramref name="joined"/> has the connections; without one, a server is off the ring until it answers.
    /// </summary>
    public RouteChange SetTopology(RouteTable table, Topology topology, IReadOnlyDictionary<string, ConnectionReport.ServerUp> joined, Moment now)
    {
        var change = table.Ring.Topology.ChangeTo(topology);
        var next = new RouteTable(table.Version + 1, distribution.Build(topology, options.HashTags), [.. topology.Servers.Select(Route)])
        {
            Departed = table.Departed.SetItems(change.Removed.Select(server => KeyValuePair.Create(server.Name, Parting(table.Find(server.Name)!)))),
        };
        var changed = new RouteChange(next,
        [
            new ServerEvent.TopologyChanged(cache, now.Utc, next.Version, Names(change.Added), Names(change.Removed), Names(change.Reweighted)),
            .. LastOneGone(table, next, now),
        ]);
        return change.Added.Where(server => joined.ContainsKey(server.Name))
            .Aggregate(Reviewed(changed, now), (soFar, server) => soFar.Then(On(soFar.Table, joined[server.Name], now)));

        ServerRoute Route(ServerAddress address)
        {
            if (table.Find(address.Name) is { } known) return known with { Address = address };
            var added = New(address, now);
            // Where all hold everything, one that joins has missed everything: it comes in by the gate, where it is flushed.
            return joined.ContainsKey(address.Name) && !HoldAll
                ? added
                : added with { Health = new ServerHealth(ServerState.Down, options.ServerMaxRetry, Held: false), Cause = "not reached since it was added" };
        }

        // Of one that never came while it was here, what is known is from the time before.
        Departure Parting(ServerRoute server) =>
            PastOf(server, now) is { LostAt: null } && table.Departed.TryGetValue(server.Name, out var before)
                ? before
                : new Departure(PastOf(server, now)) { Draining = server.Live };
    }

    private static RouteChange Left(RouteTable table, ConnectionReport.ServerLeft left) =>
        table.Departed.TryGetValue(left.Server, out var departure) && departure.Draining == left.Connection
            ? new RouteChange(table.WithDeparted(table.Departed.SetItem(left.Server, departure with { Draining = null, IsDrained = left.IsDrained })), [])
            : RouteChange.None(table);

    private RouteChange Connected(RouteTable table, ServerRoute server, ConnectionReport.ServerUp up, Moment now)
    {
        if (up.Connection == server.Live) return RouteChange.None(table); // Only announced again.

        // One that left the topology and is here again holds what it held then, and nobody kept a journal of what happened since.
        var isBack = table.Departed.TryGetValue(server.Name, out var departure);
        var past = departure?.History ?? PastOf(server, now);
        var isNew = past.LostAt is null;
        var hasMissedWrites = HoldAll && server.Health.State != ServerState.Connecting;
        var isEmpty = (isNew && !hasMissedWrites) || up.IsFlushed == true || past.HasRestarted(up.Identity, now.Elapsed);
        var isReturning = server.Health.State == ServerState.Down;
        var connected = server with
        {
            IsRejected = false,
            LargestItem = up.ItemSizeMax ?? int.MaxValue,
            History = server.History with
            {
                Identity = up.Identity ?? past.Identity,
                ConnectedAt = now.Elapsed,
                IsSettled = isEmpty || departure is { IsSettled: true },
                GateOpensAt = GateOpensAt(table, server, now.Elapsed),
                IsSwept = false,
            },
        };
        var change = Signal(isBack ? table.WithDeparted(table.Departed.Remove(server.Name)) : table, connected, HealthSignal.Connected, up.Connection, null, now) with
        {
            Emptied = isEmpty && !isNew ? [server.Id] : [],
            Spoiled = !isEmpty && (isBack || hasMissedWrites || (isReturning && Rejoining == OnRejoin.Flush)) ? [server.Id] : [],
        };
        return Reviewed(change, now);
    }

    // Doors to the same data hold nothing themselves: a flush of one would be a flush of the pool behind it.
    private OnRejoin Rejoining => distribution.Ownership == Ownership.Any ? OnRejoin.Admit : options.OnRejoin;

    // Every server gets every write, as long as it is there: whoever was not has missed some, be it for a moment.
    private bool HoldAll => distribution.Ownership == Ownership.All && options.OnRejoin != OnRejoin.Admit;

    // The word of a loss may have gone missing: a connection that is no more was lost now at the latest.
    private static ServerHistory PastOf(ServerRoute server, Moment now) => server.Live is null ? server.History : server.History with { LostAt = now.Elapsed };

    private RouteChange Lost(RouteTable table, ServerRoute server, ConnectionClosed end, Moment now)
    {
        var history = server.History;
        var flaps = now.Elapsed - history.ConnectedAt >= _stableAfter ? 1 : history.Flaps + 1;
        var lost = server with { History = history with { LostAt = now.Elapsed, Flaps = flaps } };
        return flaps < _flapsThatEject
            ? Signal(table, lost, HealthSignal.ConnectionLost, null, end.ToString(), now)
            : Signal(table, lost, HealthSignal.Flapping, null, $"lost {flaps} times in short succession, last: {end}", now);
    }

    // With the last one that serves gone, whoever waits at the gate serves at once, in the same table.
    private RouteChange Reviewed(RouteChange change, Moment now) => change.Then(Review(change.Table, now));

    private RouteChange Signal(RouteTable table, ServerRoute server, HealthSignal signal, IServerConnection? live, string? cause, Moment now)
    {
        var before = table.Find(server.Name)!;
        var health = HealthTransitions.Next(server.Health, signal, options.ServerMaxRetry);
        if (health == before.Health && live == before.Live) return RouteChange.None(table);

        var moved = health.State != server.Health.State;
        // Of a server that an operator holds down, the operator's word stays the cause, whatever else happens to it.
        var why = server.Health.Held && health.Held ? server.Cause : cause;
        var changed = server with { Health = health, Live = live, Since = moved ? now.Utc : server.Since, Cause = why, IsRejected = server.IsRejected || signal == HealthSignal.Rejected };
        if (moved && health.State == ServerState.Up) changed = Return(table, changed, server.Health.State, now.Elapsed);
        var next = table.With(changed);
        if (before.IsServing && !changed.IsServing) next = Release(next, now.Elapsed);

        var events = new List<ServerEvent>();
        if (signal == HealthSignal.Rejected)
        {
            if (!server.IsRejected) events.Add(new ServerEvent.Rejected(cache, server.Name, now.Utc, next.Version, cause ?? ""));
        }
        else if (moved && Announcement(server, health, cause ?? "", next.Version, now.Utc) is { } announcement) events.Add(announcement);
        events.AddRange(LastOneGone(table, next, now));
        return new RouteChange(next, events);
    }

    // A server starts to serve: at once, or share by share if others have stood in for it.
    private ServerRoute Return(RouteTable table, ServerRoute server, ServerState from, TimeSpan now)
    {
        var gradually = from == ServerState.Quarantined && options.RampUp > TimeSpan.Zero && !server.History.IsExcused && !table.Living.IsEmpty;
        return server with
        {
            Share = gradually ? 1d / RampSteps : 1,
            Entrance = server.IsAwaited ? newEntrance() : server.Entrance,
            History = server.History with { ReturnedAt = now, IsExcused = false },
        };
    }

    // A server no longer serves. Whoever waits for a stand-in to fail need not wait any more; and if it was the last one, all are excused.
    private RouteTable Release(RouteTable table, TimeSpan now)
    {
        var allGone = table.Living.IsEmpty;
        foreach (var server in table.Servers)
        {
            if (server.IsServing) continue;
            if (allGone) table = table.With(server with { History = server.History with { IsExcused = true, GateOpensAt = now } });
            else if (options.Failback == Failback.Sticky && server.Health.State == ServerState.Quarantined)
                table = table.With(server with { History = server.History with { GateOpensAt = now } });
        }
        return table;
    }

    private TimeSpan GateOpensAt(RouteTable table, ServerRoute server, TimeSpan now)
    {
        if (server.History.IsExcused || table.Living.IsEmpty) return now;
        return options.Failback switch
        {
            Failback.Delayed => now + HoldDown(server.History.Flaps),
            Failback.Immediate => now,
            _ => TimeSpan.MaxValue,
        };
    }

    private TimeSpan HoldDown(int flaps)
    {
        var longest = options.MaxHoldDown;
        var factor = Math.Pow(2, Math.Clamp(flaps - 1, 0, 30));
        return options.HoldDown.TotalSeconds * factor < longest.TotalSeconds ? options.HoldDown * factor : longest;
    }

    // With nobody else to ask, a server need not be swept first: what is stale there is not handed out in any case.
    private static bool MayEnter(RouteTable table, ServerRoute server, TimeSpan now) =>
        table.Living.IsEmpty || (server.History.IsSwept && server.History.GateOpensAt <= now);

    private double ShareAt(ServerRoute server, TimeSpan now)
    {
        if (options.RampUp <= TimeSpan.Zero) return 1;
        var steps = Math.Floor((now - server.History.ReturnedAt) / options.RampUp * RampSteps) + 1;
        return Math.Clamp(steps / RampSteps, server.Share, 1);
    }

    private ServerEvent[] LastOneGone(RouteTable before, RouteTable next, Moment now) =>
        next.Living.IsEmpty && !before.Living.IsEmpty && !next.Servers.Any(server => server.Health.State == ServerState.Quarantined) ? [new ServerEvent.NoServerAlive(cache, now.Utc, next.Version)] : [];

    private ServerEvent? Announcement(ServerRoute before, ServerHealth now, string cause, long version, DateTimeOffset at) => (before.Health.State, now.State) switch
    {
        (ServerState.Connecting or ServerState.Suspect, ServerState.Up) => new ServerEvent.Up(cache, before.Name, at, version),
        (_, ServerState.Up) => new ServerEvent.Reinstated(cache, before.Name, at, version),
        (_, ServerState.Suspect) => new ServerEvent.Suspected(cache, before.Name, at, version, cause),
        // Lost while it waited at the gate, it was off the ring already.
        (ServerState.Quarantined, ServerState.Down) when !now.Held => null,
        (_, ServerState.Down) => new ServerEvent.Ejected(cache, before.Name, at, version, cause),
        _ => null,
    };

    private ServerRoute New(ServerAddress address, Moment now) =>
        new(address, Interlocked.Increment(ref s_lastId), ServerHealth.Initial, now.Utc, Cause: null, newEntrance(), Live: null)
        {
            IsAwaited = options.WhileSuspect == WhileSuspect.Wait,
            Figures = figures?.Invoke(address) ?? new ServerFigures(cache, address),
        };

    private static string[] Names(IReadOnlyList<ServerAddress> servers) => [.. servers.Select(server => server.Name)];
}
