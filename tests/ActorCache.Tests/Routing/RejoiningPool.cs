using ActorCache.Placement;
using ActorCache.Transport;

namespace ActorCache.Tests;

/// <summary>A pool whose servers go and come back as the test says, as the transitions see it: a table, a clock, and what was announced.</summary>
public abstract class RejoiningPool
{
    private protected static readonly ConnectionClosed Gone = new(CloseReason.Lost, "gone");
    private protected static readonly ConnectionClosed Refused = new(CloseReason.Unreachable, "refused");
    private protected static readonly DateTimeOffset Start = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private protected readonly ActorCacheOptions _options = new();
    private protected readonly Dictionary<string, FakeConnection> _connections = [];
    private protected readonly List<ServerEvent> _events = [];
    private protected RouteTransitions _transitions = null!;
    private protected RouteTable _table = null!;
    private protected RouteChange _last = null!;
    private protected TimeSpan _elapsed = TimeSpan.FromHours(10);

    private protected Moment Now => new(Start + _elapsed, _elapsed);

    private protected ServerRoute A => Server("a");

    private protected void Begin(params string[] hosts)
    {
        _transitions = new RouteTransitions("orders", _options, Distribution.Ketama, () => new WaitingRoom(new ConnectionOptions(), TimeProvider.System));
        _table = _transitions.First(Servers(hosts), Now);
        foreach (var host in hosts) Up(host);
        _events.Clear();
    }

    /// <summary>Connected; lost; and not reached until it was ejected. What was announced before its return is not of interest.</summary>
    private protected void Outage(string host, ServerIdentity? identity = null)
    {
        if (identity is not null)
        {
            Lose(host);
            Up(host, identity);
            Pass(_options.ProvenAfter * 4);
        }
        Lose(host);
        while (State(host) != ServerState.Down) Fail(host);
        if (!_table.Living.IsEmpty) _events.Clear();
    }

    /// <summary>Away, back, and through the gate.</summary>
    private protected void ReturnsTo(string host)
    {
        Outage(host);
        Up(host);
        Swept(host);
        Pass(_options.HoldDown);
        Assert.Equal(ServerState.Up, State(host));
        _events.Clear();
    }

    private protected FakeConnection Up(string host, ServerIdentity? identity = null)
    {
        _connections[host] = new FakeConnection(host);
        Apply(_transitions.On(_table, new ConnectionReport.ServerUp($"{host}:11211", _connections[host], identity), Now));
        return _connections[host];
    }

    private protected void Lose(string host) => Apply(_transitions.On(_table, new ConnectionReport.ServerDown($"{host}:11211", _connections[host], Gone), Now));

    private protected void Fail(string host) => Apply(_transitions.On(_table, new ConnectionReport.AttemptFailed($"{host}:11211", Refused), Now));

    private protected void Swept(string host) => Apply(_transitions.Swept(_table, $"{host}:11211", _connections[host], Now));

    private protected void Eject(string host) => Apply(_transitions.Eject(_table, Server(host), Now));

    private protected void Reinstate(string host) => Apply(_transitions.Reinstate(_table, Server(host), Now));

    private protected void Pass(TimeSpan span)
    {
        _elapsed += span;
        Apply(_transitions.Review(_table, Now));
    }

    private protected void SetTopology(params string[] hosts) => Apply(_transitions.SetTopology(_table, Servers(hosts), new Dictionary<string, ConnectionReport.ServerUp>(), Now));

    private protected void SetTopology(ServerIdentity? identity, string joins, bool? isFlushed, params string[] hosts)
    {
        _connections[joins] = new FakeConnection(joins);
        var up = new ConnectionReport.ServerUp($"{joins}:11211", _connections[joins], identity, isFlushed);
        Apply(_transitions.SetTopology(_table, Servers(hosts), new Dictionary<string, ConnectionReport.ServerUp> { [up.Server] = up }, Now));
    }

    private protected void Left(string host, FakeConnection connection, bool isDrained) =>
        Apply(_transitions.On(_table, new ConnectionReport.ServerLeft($"{host}:11211", connection, isDrained), Now));

    private protected bool IsToBeFlushed(string host, ServerIdentity? identity = null, bool? isFlushed = null) =>
        _transitions.IsToBeFlushed(_table, new ConnectionReport.ServerUp($"{host}:11211", new FakeConnection(host), identity, isFlushed), Now);

    private protected void Apply(RouteChange change)
    {
        (_last, _table) = (change, change.Table);
        _events.AddRange(change.Events);
    }

    private protected ServerRoute Server(string host) => _table.Find($"{host}:11211")!;

    private protected ServerState State(string host) => Server(host).Health.State;

    private protected static Topology Servers(string[] hosts) => new(hosts.Select(ServerAddress.Parse));

    private protected string[] Names() => [.. _events.Select(happened => happened.GetType().Name)];
}
