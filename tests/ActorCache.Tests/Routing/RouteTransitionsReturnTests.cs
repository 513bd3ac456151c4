using ActorCache.Placement;

namespace ActorCache.Tests;

/// <summary>Who is back: how keys return to it, and what it is taken to hold from before.</summary>
public class RouteTransitionsReturnTests : RejoiningPool
{
    [Fact]
    public void Keys_come_back_a_tenth_at_a_time_and_those_that_came_stay()
    {
        Begin("a", "b");
        ReturnsTo("a");
        var keys = Enumerable.Range(0, 2_000).Select(i => new[] { (byte)i, (byte)(i >> 8) }).Where(key => _table.Owner(_table.Place(key)).Name == "a:11211").ToList();
        var served = 0;
        for (var tenth = 1; tenth <= 10; tenth++)
        {
            Assert.Equal(tenth / 10d, A.Share, 9);
            var mine = keys.Count(key => _table.For(_table.Place(key))!.Name == "a:11211");
            Assert.InRange(mine, Math.Max(served, keys.Count * (tenth - 1.5) / 10), keys.Count * (tenth + 1.5) / 10);
            Assert.All(keys, key => Assert.Equal(A.Takes(_table.Place(key).Hash) ? "a:11211" : "b:11211", _table.For(_table.Place(key))!.Name));
            Assert.Equal(tenth < 10, _table.NeedsReview);
            Assert.Equal(tenth == 10, _table.IsWhole);
            served = mine;
            Pass(_options.RampUp / 10);
        }
        Assert.Equal(keys.Count, served);
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

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Nor_is_that_different_when_the_word_of_its_loss_has_gone_missing(bool attempted)
    {
        Begin("a", "b");
        if (attempted) Fail("a");
        Up("a");
        Assert.False(A.History.IsSettled);
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
        SetTopology(new ServerIdentity(7, TimeSpan.FromHours(1) + TimeSpan.FromMinutes(1)), "a", isFlushed: null, "a", "b");
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
    public void Who_left_with_all_it_was_told_answered_is_flushed_before_it_comes_again_and_serves_at_once()
    {
        Begin("a", "b");
        var last = _connections["a"];
        SetTopology("b");
        Assert.True(RouteTransitions.IsDraining(_table, "a:11211"));
        Assert.False(IsToBeFlushed("a"));
        Left("a", last, isDrained: true);
        Assert.False(RouteTransitions.IsDraining(_table, "a:11211"));
        Assert.True(IsToBeFlushed("a"));

        SetTopology(null, "a", isFlushed: true, "a", "b");
        Assert.Equal((ServerState.Up, true), (State("a"), A.History.IsSettled));
        Assert.Empty(_last.Spoiled);
        Assert.Empty(_table.Departed);
    }

    [Fact]
    public void Who_refuses_to_be_flushed_comes_again_with_what_it_held()
    {
        Begin("a", "b");
        var last = _connections["a"];
        SetTopology("b");
        Left("a", last, isDrained: true);
        Assert.False(IsToBeFlushed("a", isFlushed: false)); // It is not asked twice.
        SetTopology(null, "a", isFlushed: false, "a", "b");
        Assert.Equal([A.Id], _last.Spoiled);
        Assert.True(A.History.IsSettled);
    }

    [Fact]
    public void Who_may_yet_carry_out_what_it_was_told_is_not_flushed_before_that()
    {
        Begin("a", "b");
        SetTopology("b");
        Left("a", _connections["a"], isDrained: false);
        Assert.False(RouteTransitions.IsDraining(_table, "a:11211"));
        Assert.False(IsToBeFlushed("a"));
        SetTopology(null, "a", isFlushed: null, "a", "b");
        Assert.Equal([A.Id], _last.Spoiled);
        Assert.False(A.History.IsSettled);

        // As it leaves again, it has not been at work for long enough to be through with what the first connection had left.
        var last = _connections["a"];
        SetTopology("b");
        Left("a", last, isDrained: true);
        Assert.False(IsToBeFlushed("a"));
    }

    [Fact]
    public void A_late_word_of_an_earlier_connection_drains_nothing()
    {
        Begin("a", "b");
        var first = _connections["a"];
        SetTopology("b");
        SetTopology(null, "a", isFlushed: null, "a", "b");
        SetTopology("b");
        Left("a", first, isDrained: true);
        Assert.True(RouteTransitions.IsDraining(_table, "a:11211"));
        Left("c", first, isDrained: true);
        Assert.Equal(["a:11211"], _table.Departed.Keys);
    }

    [Fact]
    public void Who_was_away_when_it_left_is_neither_waited_for_nor_flushed_at_once()
    {
        Begin("a", "b");
        Lose("a");
        SetTopology("b");
        Assert.False(RouteTransitions.IsDraining(_table, "a:11211"));
        Assert.False(IsToBeFlushed("a"));
    }

    [Fact]
    public void Who_has_restarted_need_not_be_flushed_and_where_all_is_admitted_nobody_is()
    {
        Begin("a", "b");
        Lose("a");
        Up("a", new ServerIdentity(7, TimeSpan.FromHours(1)));
        Apply(_transitions.Settled(_table, "a:11211", _connections["a"]));
        var last = _connections["a"];
        SetTopology("b");
        Left("a", last, isDrained: true);
        Pass(TimeSpan.FromMinutes(1));
        Assert.True(IsToBeFlushed("a", new ServerIdentity(7, TimeSpan.FromHours(1) + TimeSpan.FromMinutes(1))));
        Assert.False(IsToBeFlushed("a", new ServerIdentity(8, TimeSpan.FromSeconds(30))));

        var admitting = new RouteTransitions("orders", new ActorCacheOptions { OnRejoin = OnRejoin.Admit }, Distribution.Ketama, () => throw new InvalidOperationException());
        Assert.False(admitting.IsToBeFlushed(_table, new ConnectionReport.ServerUp("a:11211", last), Now));
    }

    [Fact]
    public void Who_left_and_comes_again_restarted_is_empty()
    {
        Begin("a", "b");
        Lose("a");
        Up("a", new ServerIdentity(7, TimeSpan.FromHours(1)));
        SetTopology("b");
        Pass(TimeSpan.FromMinutes(1));
        SetTopology(new ServerIdentity(8, TimeSpan.FromSeconds(30)), "a", isFlushed: null, "a", "b");
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
}
