using ActorCache.Placement;
using ActorCache.Transport;

namespace ActorCache.Tests;

/// <summary>What each report does to the table and what it announces, as a list of scenarios.</summary>
public class RouteTransitionsTests
{
    private static readonly ConnectionClosed Gone = new(CloseReason.Lost, "gone");
    private static readonly ConnectionClosed Refused = new(CloseReason.Unreachable, "refused");
    private static readonly DateTimeOffset Start = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly RouteTransitions _transitions = new("orders", new ActorCacheOptions(), Distribution.Ketama,
        () => new WaitingRoom(new ConnectionOptions(), TimeProvider.System));
    private readonly List<ServerEvent> _events = [];
    private RouteTable _table;
    private DateTimeOffset _now = Start;

    public RouteTransitionsTests() => _table = _transitions.First(Servers("a", "b"), new Moment(Start, TimeSpan.Zero));

    [Fact]
    public void Every_server_is_being_dialled_at_first_and_serves_with_its_waiting_room()
    {
        Assert.Equal(1, _table.Version);
        foreach (var server in _table.Servers)
        {
            Assert.Equal((ServerState.Connecting, Start, null), (server.Health.State, server.Since, server.Cause));
            Assert.Same(server.Entrance, server.Connection);
        }
        Assert.NotEqual(_table.Servers[0].Id, _table.Servers[1].Id);
        Assert.NotSame(_table.Servers[0].Entrance, _table.Servers[1].Entrance);
    }

    [Fact]
    public void A_first_connect_brings_a_server_up()
    {
        var connection = Up("a");
        Expect("a", ServerState.Up, connection, cause: null);
        Assert.Equal([new ServerEvent.Up("orders", "a:11211", _now, 2)], _events);
        Assert.Same(connection, A.Connection);
        Assert.Equal(_now, A.Since);
    }

    [Fact]
    public void A_server_refused_at_start_is_suspected_at_once_and_ejected_after_ServerMaxRetry()
    {
        Fail("a");
        Expect("a", ServerState.Suspect, null, Refused.ToString());
        var since = A.Since;
        Fail("a");
        Expect("a", ServerState.Suspect, null, Refused.ToString());
        Assert.Equal((2, since), (A.Health.FailedAttempts, A.Since));
        Fail("a");
        Expect("a", ServerState.Down, null, Refused.ToString());
        Fail("a");
        Assert.Equal(4, A.Health.FailedAttempts);
        Assert.Equal(
        [
            new ServerEvent.Suspected("orders", "a:11211", Start.AddSeconds(1), 2, Refused.ToString()),
            new ServerEvent.Ejected("orders", "a:11211", Start.AddSeconds(3), 4, Refused.ToString()),
        ], _events);
        Assert.Same(DisconnectedConnection.Instance, A.Connection);
    }

    [Theory]
    [InlineData(CloseReason.AuthenticationFailed)]
    [InlineData(CloseReason.CertificateRejected)]
    public void A_server_that_refuses_us_is_ejected_at_once_and_announced_once_until_it_has_been_connected(CloseReason reason)
    {
        Reject();
        Expect("a", ServerState.Down, null, $"{reason}: no");
        Reject();
        Fail("a");
        Reject();
        Assert.Equal([new ServerEvent.Rejected("orders", "a:11211", Start.AddSeconds(1), 2, $"{reason}: no")], _events);
        var connection = Up("a");
        Assert.False(A.IsRejected);
        Assert.Equal(ServerState.Quarantined, A.Health.State);
        Down("a", connection);
        Reject();
        Assert.Equal(["Rejected", "Rejected"], Names());

        void Reject() => Apply(_transitions.On(_table, new ConnectionReport.AttemptFailed("a:11211", new ConnectionClosed(reason, "no")), Tick()));
    }

    [Fact]
    public void A_server_that_was_ejected_before_it_refuses_us_is_announced_all_the_same()
    {
        for (var i = 0; i < 3; i++) Fail("a");
        Apply(_transitions.On(_table, new ConnectionReport.AttemptFailed("a:11211", new ConnectionClosed(CloseReason.AuthenticationFailed, "no")), Tick()));
        Assert.Equal(["Suspected", "Ejected", "Rejected"], Names());
    }

    [Fact]
    public void A_lost_server_is_suspect_and_comes_back_up()
    {
        var first = Up("a");
        Down("a", first);
        Expect("a", ServerState.Suspect, null, Gone.ToString());
        Assert.Equal(0, A.Health.FailedAttempts);
        var second = Up("a");
        Expect("a", ServerState.Up, second, cause: null);
        Assert.Equal(["Up", "Suspected", "Up"], Names());
    }

    [Fact]
    public void An_ejected_server_that_connects_is_reinstated_once_it_is_swept_and_has_been_held_down()
    {
        Down("a", Up("a"));
        for (var i = 0; i < 3; i++) Fail("a");
        Expect("a", ServerState.Down, null, Refused.ToString());
        var before = _table.Version;
        var connection = Up("a");
        Expect("a", ServerState.Quarantined, connection, cause: null);
        Assert.Same(DisconnectedConnection.Instance, A.Connection);
        var since = A.Since;
        Swept("a", connection);
        for (var second = 2; second < 5; second++) Review();
        Expect("a", ServerState.Quarantined, connection, cause: null);
        Assert.Equal(since, A.Since);
        Assert.Equal(["Up", "Suspected", "Ejected"], Names());

        Review();
        Expect("a", ServerState.Up, connection, cause: null);
        Assert.Same(connection, A.Connection);
        Assert.Equal(_now, A.Since);
        Assert.Equal(["Up", "Suspected", "Ejected", "Reinstated"], Names());
        Assert.Equal(new ServerEvent.Reinstated("orders", "a:11211", _now, _table.Version), _events[^1]);
        Assert.True(_table.Version > before);
    }

    [Fact]
    public void A_late_word_about_an_older_connection_says_nothing()
    {
        var first = Up("a");
        var second = Up("a");
        var table = _table;
        Down("a", first);
        Assert.Same(table, _table);
        Expect("a", ServerState.Up, second, cause: null);
        Assert.Equal(["Up"], Names());
    }

    [Fact]
    public void A_server_announced_again_changes_nothing()
    {
        var connection = Up("a");
        var table = _table;
        Apply(_transitions.On(_table, new ConnectionReport.ServerUp("a:11211", connection), At(_now)));
        Assert.Same(table, _table);
    }

    [Fact]
    public void A_failed_attempt_means_that_there_is_no_connection()
    {
        // The word of the loss itself may have been the message that the router failed on.
        Up("a");
        Fail("a");
        Expect("a", ServerState.Suspect, null, Refused.ToString());
        Assert.Equal(["Up", "Suspected"], Names());
        Eject("a");
        Reinstate("a");
        Expect("a", ServerState.Down, null, "ejected by an operator");
    }

    [Fact]
    public void A_connected_server_that_is_ejected_keeps_its_connection_and_serves_at_once_when_reinstated()
    {
        var connection = Up("a");
        Eject("a");
        Expect("a", ServerState.Down, connection, "ejected by an operator");
        Assert.Same(DisconnectedConnection.Instance, A.Connection);
        Reinstate("a");
        Expect("a", ServerState.Up, connection, cause: null);
        Assert.Equal(["Up", "Ejected", "Reinstated"], Names());
    }

    [Fact]
    public void A_server_ejected_by_an_operator_stays_down_whatever_it_does_and_the_cause_stays_to_be_read()
    {
        Eject("a");
        var connection = Up("a");
        Expect("a", ServerState.Down, connection, "ejected by an operator");
        Down("a", connection);
        Expect("a", ServerState.Down, null, "ejected by an operator");
        connection = Up("a");
        Assert.Equal(["Ejected"], Names());
        Reinstate("a");
        Expect("a", ServerState.Up, connection, cause: null);
    }

    [Fact]
    public void A_server_reinstated_without_a_connection_waits_at_the_gate_with_its_next_one()
    {
        Eject("a");
        Reinstate("a");
        Expect("a", ServerState.Down, null, "ejected by an operator");
        Assert.False(A.Health.Held);
        var connection = Up("a");
        Expect("a", ServerState.Quarantined, connection, cause: null);
        Assert.Equal(["Ejected"], Names());
        Reinstate("a");
        Expect("a", ServerState.Up, connection, cause: null);
        Assert.Equal(["Ejected", "Reinstated"], Names());
    }

    [Fact]
    public void To_reinstate_a_server_that_serves_changes_nothing()
    {
        Up("a");
        var table = _table;
        Reinstate("a");
        Assert.Same(table, _table);
        Assert.Equal(["Up"], Names());
    }

    [Fact]
    public void To_eject_a_server_that_is_down_holds_it_there()
    {
        for (var i = 0; i < 3; i++) Fail("a");
        Eject("a");
        Up("a");
        Assert.Equal(ServerState.Down, A.Health.State);
        Assert.Equal(["Suspected", "Ejected"], Names());
    }

    [Fact]
    public void The_last_server_to_go_is_announced_once()
    {
        var (a, b) = (Up("a"), Up("b"));
        Down("a", a);
        Down("b", b);
        Fail("a");
        Fail("b");
        Assert.Equal(["Up", "Up", "Suspected", "Suspected", "NoServerAlive"], Names());
        Assert.Equal(new ServerEvent.NoServerAlive("orders", _events[^2].At, _events[^2].TableVersion), _events[^1]);

        b = Up("b");
        Down("b", b);
        Assert.Equal(["Up", "Suspected", "NoServerAlive"], Names()[5..]);
    }

    [Fact]
    public void A_topology_that_leaves_only_servers_that_are_away_is_announced_as_no_server_alive()
    {
        Up("a");
        Fail("b");
        SetTopology("b");
        Assert.Equal(["Up", "Suspected", "TopologyChanged", "NoServerAlive"], Names());
    }

    [Fact]
    public void Another_topology_keeps_what_stays_and_leaves_off_the_ring_what_has_not_answered()
    {
        var connection = Up("a");
        Fail("b");
        var (a, b) = (A, _table.Find("b:11211")!);
        SetTopology("c", "b*3", "a");

        Assert.Equal(["c:11211", "b:11211", "a:11211"], _table.Servers.Select(server => server.Name));
        Expect("a", ServerState.Up, connection, cause: null);
        Assert.Equal(a, A);
        Assert.Equal(b with { Address = ServerAddress.Parse("b*3") }, _table.Find("b:11211"));
        var c = _table.Find("c:11211")!;
        Assert.Equal((ServerState.Down, "not reached since it was added", _now, null), (c.Health.State, c.Cause, c.Since, c.Live));
        Assert.Same(DisconnectedConnection.Instance, c.Connection);
        var changed = Assert.IsType<ServerEvent.TopologyChanged>(_events[^1]);
        Assert.Equal(["c:11211"], changed.Added);
        Assert.Equal([], changed.Removed);
        Assert.Equal(["b:11211"], changed.Reweighted);
        Assert.Equal(_table.Version, changed.TableVersion);
    }

    [Fact]
    public void A_server_that_joins_with_its_connection_serves_at_once()
    {
        Up("a");
        var connection = new FakeConnection("c");
        SetTopology(new Dictionary<string, ConnectionReport.ServerUp> { ["c:11211"] = new("c:11211", connection) }, "a", "b", "c");
        Expect("c", ServerState.Up, connection, cause: null);
        Assert.Equal(["Up", "TopologyChanged", "Up"], Names());
        Assert.Equal(new ServerEvent.Up("orders", "c:11211", _now, _table.Version), _events[^1]);
    }

    [Fact]
    public void A_server_that_leaves_is_unknown_afterwards_and_starts_anew_when_it_comes_back()
    {
        var connection = Up("a");
        var id = A.Id;
        SetTopology("b");
        Assert.Null(_table.Find("a:11211"));
        var table = _table;
        Down("a", connection);
        Assert.Same(table, _table);
        SetTopology("b", "a");
        Expect("a", ServerState.Down, null, "not reached since it was added");
        Assert.NotEqual(id, A.Id);
    }

    [Fact]
    public void A_report_about_a_server_nobody_knows_changes_nothing()
    {
        var table = _table;
        Up("x");
        Fail("x");
        Down("x", new FakeConnection());
        Assert.Same(table, _table);
        Assert.Empty(_events);
    }

    private ServerRoute A => _table.Find("a:11211")!;

    private static Topology Servers(params string[] texts) => new(texts.Select(ServerAddress.Parse));

    private FakeConnection Up(string host)
    {
        var connection = new FakeConnection(host);
        Apply(_transitions.On(_table, new ConnectionReport.ServerUp($"{host}:11211", connection), Tick()));
        return connection;
    }

    private void Fail(string host) => Apply(_transitions.On(_table, new ConnectionReport.AttemptFailed($"{host}:11211", Refused), Tick()));

    private void Down(string host, IServerConnection connection) =>
        Apply(_transitions.On(_table, new ConnectionReport.ServerDown($"{host}:11211", connection, Gone), Tick()));

    private void Eject(string host) => Apply(_transitions.Eject(_table, _table.Find($"{host}:11211")!, Tick()));

    private void Reinstate(string host) => Apply(_transitions.Reinstate(_table, _table.Find($"{host}:11211")!, Tick()));

    private void Swept(string host, IServerConnection connection) => Apply(_transitions.Swept(_table, $"{host}:11211", connection, Tick()));

    private void Review() => Apply(_transitions.Review(_table, Tick()));

    private void SetTopology(params string[] texts) => SetTopology([], texts);

    private void SetTopology(Dictionary<string, ConnectionReport.ServerUp> joined, params string[] texts) =>
        Apply(_transitions.SetTopology(_table, Servers(texts), joined, Tick()));

    private Moment Tick() => At(_now = _now.AddSeconds(1));

    private static Moment At(DateTimeOffset now) => new(now, now - Start);

    private void Apply(RouteChange change)
    {
        _table = change.Table;
        _events.AddRange(change.Events);
    }

    private void Expect(string host, ServerState state, IServerConnection? live, string? cause)
    {
        var server = _table.Find($"{host}:11211")!;
        Assert.Equal((state, cause), (server.Health.State, server.Cause));
        Assert.Same(live, server.Live);
    }

    private string[] Names() => [.. _events.Select(happened => happened.GetType().Name)];
}
