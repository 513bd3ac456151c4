using ActorCache.Placement;
using ActorCache.Protocol;
using ActorCache.Transport;

namespace ActorCache.Simulation.Tests;

/// <summary>
/// What the actors do, on the simulation's one thread: the product's own judgement (<see cref="RouteTransitions"/>), journal and sweeper,
/// joined by events where the product has mailboxes and timers.
/// </summary>
internal sealed class ControlPlane
{
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(50);
    private readonly Simulation _simulation;
    private readonly RouteTransitions _transitions;
    private readonly Sweeper _sweeper;
    private int _changes;
    private readonly Dictionary<string, int> _dialling = []; // by server, which incarnation of its connection actor

    public ControlPlane(Simulation simulation, IEnumerable<string> servers)
    {
        _simulation = simulation;
        var options = simulation.Options;
        if (!Distribution.TryFind(options.Distribution, out var distribution)) throw new ArgumentException(options.Distribution, nameof(simulation));
        _transitions = new RouteTransitions("sim", options, distribution, () => new WaitingRoom(new ConnectionOptions(), simulation.Time));
        Journal = new Journal(options.JournalMaxKeys, options.JournalMaxBytes, options.StandInTtl, simulation.Time, Journal.ScopeOf(options.OnRejoin, distribution.Ownership));
        Routes = new CurrentRoutes("sim", _transitions.First(TopologyOf(servers), Now), Journal);
        Dispatcher = new Dispatcher(Routes, Journal, simulation.Time, options) { Wake = ended => simulation.Time.After(TimeSpan.Zero, ended.Execute) };
        _sweeper = new Sweeper(Journal, Dispatcher, 2 * options.ReadTimeout, (server, end) => simulation.Time.After(Hop(), () => OnSwept(server, end)));
        foreach (var server in Routes.Table.Servers) Hire(server.Name);
        Every(Pace, Beat);
    }

    public Journal Journal { get; }

    public CurrentRoutes Routes { get; }

    public Dispatcher Dispatcher { get; }

    public RouteTable Table => Routes.Table;

    private Moment Now => Moment.Of(_simulation.Time);

    /// <summary>As <see cref="ControlProtocol.SetTopology"/>: dial what is new, publish the ring, drain what has left.</summary>
    public void SetTopology(IReadOnlyList<string> servers)
    {
        var topology = TopologyOf(servers);
        var added = Table.Ring.Topology.ChangeTo(topology).Added.Select(server => server.Name).ToList();
        var joined = new Dictionary<string, ConnectionReport.ServerUp>();
        var missing = added.Count;
        var change = ++_changes;
        if (missing == 0) Publish();
        foreach (var name in added)
        {
            Dial(name, connection =>
            {
                if (connection is null) Joined(name, null);
                else Ready(new ConnectionReport.ServerUp(name, connection, connection.Server.Identity));
            });
        }

        void Ready(ConnectionReport.ServerUp up)
        {
            if (RouteTransitions.IsDraining(Table, up.Server)) _simulation.Time.After(Hop(), () => Ready(up));
            else if (_transitions.IsToBeFlushed(Table, up, Now)) Flush(up);
            else Joined(up.Server, up);
        }

        void Flush(ConnectionReport.ServerUp up)
        {
            var now = Dispatcher.Now;
            var flush = SweepOperation.FlushAll(now, now + Dispatcher.Budget, reply => Joined(up.Server, up with { IsFlushed = reply == ReplyCode.Ok }));
            if (up.Connection.TrySend(flush) is var sent && sent != SendOutcome.Accepted) flush.Refuse(sent);
        }

        void Joined(string name, ConnectionReport.ServerUp? up)
        {
            if (up is not null) joined[name] = up;
            if (--missing == 0) Publish();
        }

        void Publish()
        {
            var before = Table;
            if (change != _changes) return; // a later one has taken its place
            foreach (var lost in joined.Where(one => !((SimConnection)one.Value.Connection).IsOpen).Select(one => one.Key).ToList()) joined.Remove(lost);
            Apply(_transitions.SetTopology(before, topology, joined, Now));
            foreach (var (name, up) in joined) Watch(name, (SimConnection)up.Connection, _dialling[name] = _dialling.GetValueOrDefault(name) + 1);
            foreach (var name in added.Where(name => !joined.ContainsKey(name))) Hire(name);
            foreach (var gone in before.Servers.Where(server => Table.Find(server.Name) is null))
            {
                _dialling[gone.Name] = _dialling.GetValueOrDefault(gone.Name) + 1; // nobody dials it any more
                if (gone.Live is SimConnection live) _simulation.Time.After(Hop(), () => Drain(gone.Name, live));
            }
        }
    }

    private async void Drain(string name, SimConnection connection) =>
        Report(new ConnectionReport.ServerLeft(name, connection, await connection.DrainAsync(_simulation.Options.DrainTimeout)));

    public void Eject(string name)
    {
        if (Table.Find(name) is { } server) Apply(_transitions.Eject(Table, server, Now));
    }

    public void Reinstate(string name)
    {
        if (Table.Find(name) is { } server) Apply(_transitions.Reinstate(Table, server, Now));
    }

    private void Beat()
    {
        if (Table.NeedsReview) Apply(_transitions.Review(Table, Now));
        _sweeper.Tick(Table);
    }

    private void OnSwept(ServerRoute server, SweepEnd end)
    {
        _simulation.Trace($"sweep of {server.Name}: {end}");
        _sweeper.End(server, end);
        if (end == SweepEnd.Settled) Apply(_transitions.Settled(Table, server.Name, server.Live!));
        if (end == SweepEnd.Clean) Apply(_transitions.Swept(Table, server.Name, server.Live!, Now));
    }

    // A connection actor under its backoff supervisor.
    private void Hire(string name) => Attempt(name, _dialling[name] = _dialling.GetValueOrDefault(name) + 1, _simulation.Options.RetryDelay);

    private void Attempt(string name, int incarnation, TimeSpan pause) => Dial(name, connection =>
    {
        if (_dialling[name] != incarnation) return;
        if (connection is null)
        {
            Report(new ConnectionReport.AttemptFailed(name, new ConnectionClosed(CloseReason.Unreachable, "no answer")));
            _simulation.Time.After(Jittered(pause), () => Attempt(name, incarnation, Longer(pause)));
            return;
        }
        Report(new ConnectionReport.ServerUp(name, connection, connection.Server.Identity));
        Watch(name, connection, incarnation, pause);
    });

    private void Watch(string name, SimConnection connection, int incarnation, TimeSpan? pause = null)
    {
        var since = _simulation.Time.Now;
        _ = Lost();

        async Task Lost()
        {
            var end = await connection.Completion;
            if (end.Reason == CloseReason.Closed) return;
            await _simulation.Time.Pause(Hop());
            if (_dialling[name] != incarnation) return;
            Report(new ConnectionReport.ServerDown(name, connection, end));
            var proven = pause is null || _simulation.Time.Now - since >= _simulation.Options.ProvenAfter;
            var wait = proven ? _simulation.Options.RetryDelay : pause!.Value;
            _simulation.Time.After(Jittered(wait), () => Attempt(name, incarnation, Longer(wait)));
        }
    }

    private TimeSpan Longer(TimeSpan pause) => RouteTransitions.IsYoungOutage(Table, Now) ? _simulation.Options.RetryDelay : TimeSpan.FromTicks(Math.Min(2 * pause.Ticks, (_simulation.Options.MaxRetryDelay * 3 / 4).Ticks));

    private TimeSpan Jittered(TimeSpan pause) => pause * (2 + 2 * _simulation.Fraction()) / 3;

    private void Dial(string name, Action<SimConnection?> ended)
    {
        var server = _simulation.Server(name);
        var refused = !server.IsAlive && !server.IsCut;
        if (!server.IsReachable)
        {
            _simulation.Time.After(refused ? Hop() : _simulation.Options.ConnectTimeout, () => ended(null));
            return;
        }
        _simulation.Time.After(Hop(), () =>
        {
            if (!server.IsReachable)
            {
                ended(null);
                return;
            }
            var connection = new SimConnection(server, _simulation);
            _simulation.Trace($"connected to {name}, {server.Identity}");
            server.Connections.Add(connection);
            ended(connection);
        });
    }

    private void Report(ConnectionReport report) => _simulation.Time.After(Hop(), () => Apply(_transitions.On(Table, report, Now)));

    private void Apply(RouteChange change)
    {
        var before = Table;
        foreach (var server in change.Emptied) _simulation.Trace($"{NameOf(change, server)} is empty");
        foreach (var server in change.Spoiled) _simulation.Trace($"{NameOf(change, server)} holds nobody knows what");
        foreach (var server in change.Emptied) Journal.Flushed(Journal.BeforeFlush(server));
        foreach (var server in change.Spoiled) Journal.Spoil(server);
        if (change.Table == before) return;
        Routes.Publish(change.Table);
        _simulation.OnPublished(before, change.Table);
        foreach (var server in before.Servers)
        {
            if (change.Table.Find(server.Name) is not { HasEntrance: true } after || after.Entrance != server.Entrance) server.Entrance.Open();
        }
        foreach (var happened in change.Events) _simulation.Trace($"{happened}");
    }

    private static string NameOf(RouteChange change, int server) => change.Table.Servers.First(one => one.Id == server).Name;

    private void Every(TimeSpan pace, Action beat) => _simulation.Time.After(pace, () =>
    {
        beat();
        Every(pace, beat);
    });

    // A message from one actor to another.
    private TimeSpan Hop() => TimeSpan.FromMicroseconds(10) + _simulation.Upto(TimeSpan.FromMilliseconds(1));

    private static Topology TopologyOf(IEnumerable<string> servers) => new(servers.Select(ServerAddress.Parse));
}
