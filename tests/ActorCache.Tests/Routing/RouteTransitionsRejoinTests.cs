using ActorCache.Placement;
using ActorCache.Transport;

namespace ActorCache.Tests;

/// <summary>The gate: who has to wait there for how long, who need not, and how keys come back to whom it lets through.</summary>
public class RouteTransitionsRejoinTests
{
    private static readonly ConnectionClosed Gone = new(CloseReason.Lost, "gone");
    private static readonly ConnectionClosed Refused = new(CloseReason.Unreachable, "refused");
    private static readonly DateTimeOffset Start = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly ActorCacheOptions _options = new();
    private readonly Dictionary<string, FakeConnection> _connections = [];
    private readonly List<ServerEvent> _events = [];
    private RouteTransitions _transitions = null!;
    private RouteTable _table = null!;
    private RouteChange _last = null!;
    private TimeSpan _elapsed = TimeSpan.FromHours(10);

    [Fact]
    public void The_hold_down_counts_from_the_connect_and_the_gate_opens_to_who_has_been_swept()
    {
        Begin("a", "b");
        Outage("a");
        Up("a");
        Assert.Equal((ServerState.Quarantined, _elapsed + _options.HoldDown, false), (State("a"), A.History.GateOpensAt, A.History.IsSwept));
        Pass(_options.HoldDown);
        Assert.Equal(ServerState.Quarantined, State("a")); // Not swept yet.
        Swept("a");
        Assert.Equal(ServerState.Up, State("a"));
        Assert.Equal(["Reinstated"], Names());
    }

    [Fact]
    public void Swept_before_its_time_it_still_waits_for_it()
    {
        Begin("a", "b");
        Outage("a");
        Up("a");
        Swept("a");
        Pass(_options.HoldDown - TimeSpan.FromTicks(1));
        Assert.Equal(ServerState.Quarantined, State("a"));
        Pass(TimeSpan.FromTicks(1));
        Assert.Equal(ServerState.Up, State("a"));
    }

    [Fact]
    public void Immediate_waits_for_the_sweep_only()
    {
        _options.Failback = Failback.Immediate;
        Begin("a", "b");
        Outage("a");
        Up("a");
        Assert.Equal((ServerState.Quarantined, _elapsed), (State("a"), A.History.GateOpensAt));
        Swept("a");
        Assert.Equal(ServerState.Up, State("a"));
    }

    [Fact]
    public void Sticky_waits_until_somebody_else_fails()
    {
        _options.Failback = Failback.Sticky;
        Begin("a", "b", "c");
        Outage("a");
        Up("a");
        Pass(TimeSpan.FromDays(1));
        Assert.Equal((ServerState.Quarantined, TimeSpan.MaxValue), (State("a"), A.History.GateOpensAt));
        Lose("b");
        Assert.Equal((ServerState.Quarantined, _elapsed), (State("a"), A.History.GateOpensAt));
        Swept("a");
        Assert.Equal(ServerState.Up, State("a"));
    }

    [Fact]
    public void Manual_waits_for_the_operators_word()
    {
        _options.Failback = Failback.Manual;
        Begin("a", "b", "c");
        Outage("a");
        Up("a");
        Swept("a");
        Pass(TimeSpan.FromDays(1));
        Lose("b");
        Assert.Equal(ServerState.Quarantined, State("a"));
        Reinstate("a");
        Assert.Equal(ServerState.Up, State("a"));
        Assert.Same(_connections["a"], A.Connection);
    }

    [Theory]
    [InlineData(Failback.Delayed)]
    [InlineData(Failback.Immediate)]
    [InlineData(Failback.Sticky)]
    [InlineData(Failback.Manual)]
    public void An_operator_lets_a_server_past_the_gate_swept_or_not(Failback failback)
    {
        _options.Failback = failback;
        Begin("a", "b");
        Outage("a");
        Up("a");
        Reinstate("a");
        Assert.Equal(ServerState.Up, State("a"));
        Assert.Equal(["Reinstated"], Names());
    }

    [Theory]
    [InlineData(Failback.Delayed)]
    [InlineData(Failback.Immediate)]
    [InlineData(Failback.Sticky)]
    [InlineData(Failback.Manual)]
    public void The_first_server_back_after_all_were_gone_serves_at_once_and_in_full(Failback failback)
    {
        _options.Failback = failback;
        Begin("a", "b");
        Outage("a");
        Outage("b");
        Assert.Contains("NoServerAlive", Names());
        Up("b");
        Assert.Equal((ServerState.Up, 1d), (State("b"), Server("b").Share));
        Assert.True(_table.Servers.Count(server => server.IsServing) == 1);
    }

    [Fact]
    public void After_all_were_gone_nobody_is_held_down_but_each_is_swept()
    {
        Begin("a", "b", "c");
        foreach (var host in new[] { "a", "b", "c" }) Outage(host);
        Up("b");
        Up("a");
        Assert.Equal((ServerState.Quarantined, _elapsed), (State("a"), A.History.GateOpensAt));
        Swept("a");
        Assert.Equal((ServerState.Up, 1d), (State("a"), A.Share));

        // The excuse holds for one return.
        Outage("a");
        Up("a");
        Assert.Equal(_elapsed + 2 * _options.HoldDown, A.History.GateOpensAt);
    }

    [Fact]
    public void Who_waits_at_the_gate_serves_as_soon_as_the_last_other_one_is_gone()
    {
        Begin("a", "b");
        Outage("a");
        Up("a");
        Lose("b");
        Assert.Equal((ServerState.Up, ServerState.Suspect, 1d), (State("a"), State("b"), A.Share));
        Assert.Equal(["Suspected", "Reinstated"], Names()); // There was a server alive at every moment.
    }

    [Fact]
    public void Who_waits_at_the_gate_serves_as_soon_as_the_last_other_one_is_ejected_or_leaves()
    {
        Begin("a", "b", "c");
        Outage("a");
        Up("a");
        Eject("c");
        Assert.Equal(ServerState.Quarantined, State("a"));
        SetTopology("a", "c");
        Assert.Equal(ServerState.Up, State("a"));
        Assert.Equal(["Ejected", "TopologyChanged", "Reinstated"], Names());
    }

    [Fact]
    public void Every_loss_in_short_succession_doubles_the_hold_down_up_to_the_longest()
    {
        _options.ServerMaxRetry = 100; // Not ejected for flapping.
        _options.MaxHoldDown = TimeSpan.FromSeconds(30);
        Begin("a", "b");
        foreach (var seconds in new[] { 5, 10, 20, 30, 30 })
        {
            Lose("a");
            for (var i = 0; i < 100; i++) Fail("a");
            Up("a");
            Assert.Equal(_elapsed + TimeSpan.FromSeconds(seconds), A.History.GateOpensAt);
            Reinstate("a");
        }
    }

    [Fact]
    public void A_server_that_lasted_begins_with_the_first_hold_down_again()
    {
        Begin("a", "b");
        Outage("a");
        Up("a");
        Reinstate("a");
        Outage("a");
        Up("a");
        Assert.Equal(_elapsed + 2 * _options.HoldDown, A.History.GateOpensAt);
        Reinstate("a");
        Pass(_options.ProvenAfter * 4);
        Outage("a");
        Up("a");
        Assert.Equal((_elapsed + _options.HoldDown, 1), (A.History.GateOpensAt, A.History.Flaps));
    }

    [Fact]
    public void No_hold_down_is_none_however_it_flaps()
    {
        _options.HoldDown = TimeSpan.Zero;
        Begin("a", "b");
        for (var i = 0; i < 5; i++)
        {
            Outage("a");
            Up("a");
            Assert.Equal(_elapsed, A.History.GateOpensAt);
            Reinstate("a");
        }
    }

    [Theory]
    [InlineData(1, 3)]
    [InlineData(3, 3)]
    [InlineData(5, 5)]
    public void A_server_that_is_lost_again_and_again_is_ejected_although_it_can_be_reached(int serverMaxRetry, int losses)
    {
        _options.ServerMaxRetry = serverMaxRetry;
        Begin("a", "b");
        for (var loss = 1; loss < losses; loss++)
        {
            Lose("a");
            Assert.Equal(ServerState.Suspect, State("a"));
            Up("a");
            Assert.Equal(ServerState.Up, State("a"));
            Pass(_options.ProvenAfter);
        }
        _events.Clear();
        Lose("a");
        Assert.Equal((ServerState.Down, losses), (State("a"), A.History.Flaps));
        var ejected = Assert.IsType<ServerEvent.Ejected>(Assert.Single(_events));
        Assert.Equal($"lost {losses} times in short succession, last: Lost: gone", ejected.Cause);
        Up("a");
        Assert.Equal(ServerState.Quarantined, State("a"));
        Assert.Equal(_elapsed + _options.HoldDown * Math.Pow(2, losses - 1), A.History.GateOpensAt);
    }

    [Fact]
    public void A_loss_now_and_then_is_no_flapping()
    {
        Begin("a", "b");
        for (var loss = 0; loss < 20; loss++)
        {
            Pass(_options.ProvenAfter * 4);
            Lose("a");
            Assert.Equal(ServerState.Suspect, State("a"));
            Up("a");
        }
        Assert.DoesNotContain("Ejected", Names());
    }

    [Fact]
    public void Lost_at_the_gate_it_begins_anew_and_a_sweep_of_the_old_connection_is_not_taken_for_the_new_ones()
    {
        Begin("a", "b");
        Outage("a");
        var first = Up("a");
        Swept("a");
        Assert.True(A.History.IsSwept);
        Lose("a");
        Assert.Equal(ServerState.Down, State("a"));
        Up("a");
        Assert.False(A.History.IsSwept);
        var table = _table;
        Apply(_transitions.Swept(_table, "a:11211", first, Now));
        Assert.Same(table, _table);
        Assert.Empty(_events);
    }

    [Fact]
    public void A_sweep_of_a_server_that_is_not_at_the_gate_or_not_there_says_nothing()
    {
        Begin("a", "b");
        var table = _table;
        Swept("a");
        Apply(_transitions.Swept(_table, "x:11211", _connections["a"], Now));
        Assert.Same(table, _table);
    }

    [Fact]
    public void Keys_come_back_a_tenth_at_a_time_and_those_that_came_stay()
    {
        Begin("a", "b");
        ReturnsTo("a");
        var hashes = Enumerable.Range(0, 2_000).Select(i => _table.Hash([(byte)i, (byte)(i >> 8)])).Where(hash => _table.Owner(hash).Name == "a:11211").ToList();
        var served = 0;
        for (var tenth = 1; tenth <= 10; tenth++)
        {
            Assert.Equal(tenth / 10d, A.Share, 9);
            var mine = hashes.Count(hash => _table.For(hash)!.Name == "a:11211");
            Assert.InRange(mine, Math.Max(served, hashes.Count * (tenth - 1.5) / 10), hashes.Count * (tenth + 1.5) / 10);
            Assert.All(hashes, hash => Assert.Equal(A.Takes(hash) ? "a:11211" : "b:11211", _table.For(hash)!.Name));
            Assert.Equal(tenth < 10, _table.NeedsReview);
            Assert.Equal(tenth == 10, _table.IsWhole);
            served = mine;
            Pass(_options.RampUp / 10);
        }
        Assert.Equal(hashes.Count, served);
        Assert.Empty(_events);
    }

    [Fact]
    public void A_table_is_new_only_when_a_tenth_more_has_come_back()
    {
        Begin("a", "b");
        ReturnsTo("a");
        var table = _table;
        Pass(_options.RampUp / 10 - TimeSpan.FromTicks(1));
        Assert.Same(table, _table);
        Pass(TimeSpan.FromTicks(1));
        Assert.Equal(table.Version + 1, _table.Version);
    }

    [Fact]
    public void A_review_that_comes_late_catches_up_in_one_step()
    {
        Begin("a", "b");
        ReturnsTo("a");
        Pass(_options.RampUp * 3);
        Assert.Equal(1, A.Share);
        Assert.True(_table.IsWhole);
    }

    [Fact]
    public void Without_a_ramp_all_keys_come_back_at_once()
    {
        _options.RampUp = TimeSpan.Zero;
        Begin("a", "b");
        ReturnsTo("a");
        Assert.Equal(1, A.Share);
        Assert.True(_table.IsWhole);
    }

    [Fact]
    public void A_server_lost_while_its_keys_come_back_and_found_again_has_them_all()
    {
        // It was suspect and not at the gate: nobody has taken its place for good.
        Begin("a", "b");
        ReturnsTo("a");
        Lose("a");
        Up("a");
        Assert.Equal((ServerState.Up, 1d), (State("a"), A.Share));
    }

    [Fact]
    public void What_was_written_to_the_connection_before_may_be_carried_out_until_the_server_has_settled()
    {
        Begin("a", "b");
        Assert.True(A.History.IsSettled); // There was none before.
        Lose("a");
        Up("a");
        Assert.False(A.History.IsSettled);
        Assert.Same(_table, _transitions.Settled(_table, "a:11211", new FakeConnection("another")).Table);
        Apply(_transitions.Settled(_table, "a:11211", A.Live!));
        Assert.True(A.History.IsSettled);
    }

    [Fact]
    public void Who_has_restarted_is_empty_and_settled()
    {
        Begin("a", "b");
        Outage("a", new ServerIdentity(7, TimeSpan.FromHours(1)));
        Pass(TimeSpan.FromMinutes(10));
        Up("a", new ServerIdentity(8, TimeSpan.FromSeconds(3)));
        Assert.Equal([A.Id], _last.Emptied);
        Assert.Empty(_last.Spoiled);
        Assert.True(A.History.IsSettled);
        Assert.Equal(ServerState.Quarantined, State("a")); // Empty, but it may flap.
    }

    [Theory]
    [InlineData(OnRejoin.Replay, false)]
    [InlineData(OnRejoin.Admit, false)]
    [InlineData(OnRejoin.Flush, true)]
    public void Who_returns_with_what_it_held_is_flushed_only_if_the_rule_is_Flush(OnRejoin onRejoin, bool spoiled)
    {
        _options.OnRejoin = onRejoin;
        Begin("a", "b");
        Outage("a");
        Up("a");
        Assert.Empty(_last.Emptied);
        Assert.Equal(spoiled ? [A.Id] : [], _last.Spoiled);
    }

    [Fact]
    public void Flush_spares_who_was_not_ejected_and_who_has_restarted()
    {
        _options.OnRejoin = OnRejoin.Flush;
        Begin("a", "b");
        Lose("a");
        Up("a");
        Assert.Empty(_last.Spoiled);

        Outage("a", new ServerIdentity(7, TimeSpan.FromHours(1)));
        Up("a", new ServerIdentity(8, TimeSpan.Zero));
        Assert.Empty(_last.Spoiled);
        Assert.Equal([A.Id], _last.Emptied);
    }

    [Fact]
    public void Who_left_the_topology_and_comes_again_comes_with_what_it_held()
    {
        Begin("a", "b");
        Lose("a");
        Up("a", new ServerIdentity(7, TimeSpan.FromHours(1)));
        SetTopology("b");
        Pass(TimeSpan.FromMinutes(1));
        SetTopology(new ServerIdentity(7, TimeSpan.FromHours(1) + TimeSpan.FromMinutes(1)), "a", "a", "b");
        Assert.Equal([A.Id], _last.Spoiled);
        Assert.Empty(_last.Emptied);
        Assert.Empty(_table.Departed);
        Assert.False(A.History.IsSettled);

        // It is spoiled for having left, once.
        Lose("a");
        Up("a");
        Assert.Empty(_last.Spoiled);
    }

    [Fact]
    public void Who_left_and_comes_again_restarted_is_empty()
    {
        Begin("a", "b");
        Lose("a");
        Up("a", new ServerIdentity(7, TimeSpan.FromHours(1)));
        SetTopology("b");
        Pass(TimeSpan.FromMinutes(1));
        SetTopology(new ServerIdentity(8, TimeSpan.FromSeconds(30)), "a", "a", "b");
        Assert.Empty(_last.Spoiled);
        Assert.Equal([A.Id], _last.Emptied);
    }

    [Fact]
    public void Who_left_unreached_is_remembered_and_forgotten_when_it_answers()
    {
        Begin("a", "b");
        Outage("a");
        SetTopology("b");
        Assert.Equal(["a:11211"], _table.Departed.Keys);
        SetTopology("a", "b");
        Assert.Equal(["a:11211"], _table.Departed.Keys);
        Up("a");
        Assert.Empty(_table.Departed);
        Assert.Equal([A.Id], _last.Spoiled);
    }

    [Fact]
    public void Who_never_was_connected_holds_nothing_of_this_clients()
    {
        Begin("a", "b");
        SetTopology("a", "b", "c");
        for (var i = 0; i < 5; i++) Fail("c");
        Up("c");
        Assert.Empty(_last.Spoiled);
        Assert.Empty(_last.Emptied);
        Assert.True(Server("c").History.IsSettled);
    }

    [Fact]
    public void Where_calls_wait_for_a_suspect_server_each_return_gives_it_a_new_entrance()
    {
        _options.WhileSuspect = WhileSuspect.Wait;
        Begin("a", "b");
        var first = A.Entrance;
        Lose("a");
        Assert.True(A is { IsServing: true, HasEntrance: true });
        Assert.Same(first, A.Entrance);
        Assert.Same(first, A.Connection);
        Up("a");
        Assert.NotSame(first, A.Entrance);
        Assert.Same(_connections["a"], A.Connection);
        Outage("a");
        Assert.False(A.IsServing || A.HasEntrance);
    }

    private Moment Now => new(Start + _elapsed, _elapsed);

    private ServerRoute A => Server("a");

    private void Begin(params string[] hosts)
    {
        _transitions = new RouteTransitions("orders", _options, Distribution.Ketama, () => new WaitingRoom(new ConnectionOptions(), TimeProvider.System));
        _table = _transitions.First(Servers(hosts), Now);
        foreach (var host in hosts) Up(host);
        _events.Clear();
    }

    /// <summary>Connected; lost; and not reached until it was ejected. What was announced before its return is not of interest.</summary>
    private void Outage(string host, ServerIdentity? identity = null)
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
    private void ReturnsTo(string host)
    {
        Outage(host);
        Up(host);
        Swept(host);
        Pass(_options.HoldDown);
        Assert.Equal(ServerState.Up, State(host));
        _events.Clear();
    }

    private FakeConnection Up(string host, ServerIdentity? identity = null)
    {
        _connections[host] = new FakeConnection(host);
        Apply(_transitions.On(_table, new ConnectionReport.ServerUp($"{host}:11211", _connections[host], identity), Now));
        return _connections[host];
    }

    private void Lose(string host) => Apply(_transitions.On(_table, new ConnectionReport.ServerDown($"{host}:11211", _connections[host], Gone), Now));

    private void Fail(string host) => Apply(_transitions.On(_table, new ConnectionReport.AttemptFailed($"{host}:11211", Refused), Now));

    private void Swept(string host) => Apply(_transitions.Swept(_table, $"{host}:11211", _connections[host], Now));

    private void Eject(string host) => Apply(_transitions.Eject(_table, Server(host), Now));

    private void Reinstate(string host) => Apply(_transitions.Reinstate(_table, Server(host), Now));

    private void Pass(TimeSpan span)
    {
        _elapsed += span;
        Apply(_transitions.Review(_table, Now));
    }

    private void SetTopology(params string[] hosts) => Apply(_transitions.SetTopology(_table, Servers(hosts), new Dictionary<string, ConnectionReport.ServerUp>(), Now));

    private void SetTopology(ServerIdentity identity, string joins, params string[] hosts)
    {
        _connections[joins] = new FakeConnection(joins);
        var up = new ConnectionReport.ServerUp($"{joins}:11211", _connections[joins], identity);
        Apply(_transitions.SetTopology(_table, Servers(hosts), new Dictionary<string, ConnectionReport.ServerUp> { [up.Server] = up }, Now));
    }

    private void Apply(RouteChange change)
    {
        (_last, _table) = (change, change.Table);
        _events.AddRange(change.Events);
    }

    private ServerRoute Server(string host) => _table.Find($"{host}:11211")!;

    private ServerState State(string host) => Server(host).Health.State;

    private static Topology Servers(string[] hosts) => new(hosts.Select(ServerAddress.Parse));

    private string[] Names() => [.. _events.Select(happened => happened.GetType().Name)];
}
