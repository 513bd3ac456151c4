using ActorCache.Transport;

namespace ActorCache.Tests;

/// <summary>The gate: who has to wait there for how long, and who need not.</summary>
public class RouteTransitionsRejoinTests : RejoiningPool
{
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
    [InlineData(1, 4)]
    [InlineData(3, 4)]
    [InlineData(5, 6)]
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
}
