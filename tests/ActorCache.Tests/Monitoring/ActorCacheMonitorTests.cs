using ActorCache.Transport;

namespace ActorCache.Tests;

/// <summary>What an operator reads: where a key goes and why, and how everything is.</summary>
public class ActorCacheMonitorTests
{
    private readonly Pool _pool = new("a", "b", "c");

    private IActorCacheMonitor Monitor => _pool.Client.Monitor;

    [Fact]
    public void A_key_goes_to_its_owner_while_that_serves()
    {
        var key = _pool.KeyOf("a", "b");
        var route = Monitor.Explain(key);
        Assert.Equal(
            new KeyRoute(key, _pool.Place(key).Hash, "a:11211", route.StandIns, "b:11211", "a:11211", "first server clockwise on the ring",
                "a:11211 is the first server clockwise on the ring, and it serves."),
            route);
        Assert.Equal(_pool.Order(key)[1..], route.StandIns);
    }

    [Fact]
    public void A_key_whose_owner_is_being_dialled_waits_there()
    {
        var pool = new Pool(connected: false, "a", "b");
        var route = pool.Client.Monitor.Explain(pool.KeyOf("a"));
        Assert.Equal(("a:11211", "b:11211", "a:11211"), (route.Owner, route.StandIn, route.Server));
        Assert.Equal("a:11211 is the first server clockwise on the ring; operations wait there until its first connect is over.", route.Why);
    }

    [Fact]
    public void A_key_whose_owner_is_away_goes_to_the_next_living_server()
    {
        var key = _pool.KeyOf("a", "b", "c");
        _pool.Lose("a");
        _pool.Lose("b");
        var route = Monitor.Explain(key);
        Assert.Equal(("a:11211", "c:11211", "c:11211"), (route.Owner, route.StandIn, route.Server));
        Assert.Equal("a:11211, the owner, is Suspect (Lost: gone); c:11211 is the next living server clockwise.", route.Why);
    }

    [Fact]
    public void A_key_has_no_server_when_none_lives()
    {
        foreach (var host in new[] { "a", "b", "c" }) _pool.Lose(host);
        for (var i = 0; i < 3; i++) _pool.FailAttempt("a");
        var route = Monitor.Explain(_pool.KeyOf("a"));
        Assert.Equal(("a:11211", null, null), (route.Owner, route.StandIn, route.Server));
        Assert.Equal("No server can be reached; a:11211, the owner, is Down (Unreachable: refused).", route.Why);
    }

    [Fact]
    public void A_key_that_has_not_come_back_to_its_owner_yet_is_said_to_be_elsewhere_and_one_that_has_is_at_home()
    {
        _pool.Lose("a");
        for (var i = 0; i < 3; i++) _pool.FailAttempt("a");
        _pool.Up("a");
        _pool.Settle("a");
        _pool.Time.Advance(TimeSpan.FromSeconds(6));
        _pool.Apply(_pool.Transitions.Swept(_pool.Table, "a:11211", _pool["a"], _pool.Now));
        var keys = Enumerable.Range(0, 1_000).Select(i => $"key-{i}").Where(key => _pool.Order(key)[0] == "a:11211").Select(Monitor.Explain).ToLookup(route => route.Server == "a:11211");

        Assert.InRange(keys[true].Count(), 10, 80); // a tenth of them
        Assert.All(keys[true], route => Assert.Equal(("first server clockwise on the ring", "a:11211 is the first server clockwise on the ring, and it serves."), (route.Rule, route.Why)));
        Assert.All(keys[false], route => Assert.Equal(
            (route.StandIns[0], "next living server clockwise", $"a:11211, the owner, is coming back and serves 10 % of its keys so far; {route.Server} is the next living server clockwise."),
            (route.Server, route.Rule, route.Why)));
    }

    [Fact]
    public async Task A_key_that_was_written_elsewhere_is_said_to_be_there_until_its_owner_can_be_cleaned()
    {
        var key = _pool.KeyOf("a", "b");
        _pool.Lose("a");
        _pool["b"].Answers = _ => "HD";
        await _pool.Client.SetAsync(key, "new").Soon();
        _pool.Up("a");

        var route = Monitor.Explain(key);
        Assert.Equal(("b:11211", "next living server clockwise"), (route.Server, route.Rule));
        Assert.Equal("a:11211, the owner, may hold an older value and has not been cleaned yet; b:11211 is the next living server clockwise.", route.Why);

        _pool.Settle("a");
        route = Monitor.Explain(key);
        Assert.Equal(("a:11211", "first server clockwise on the ring"), (route.Server, route.Rule));
        Assert.Equal("a:11211 is the first server clockwise on the ring, and it serves. What it holds of the key may be stale, and is deleted before it is used.", route.Why);
    }

    [Fact]
    public async Task Where_nobody_can_be_trusted_with_a_key_reads_are_said_to_be_misses()
    {
        var pool = new Pool("a");
        pool.Journal.Spoil(pool.Table.Servers[0].Id);

        var route = pool.Client.Monitor.Explain("key");
        var answer = await pool.Client.GetAsync<string>("key").Soon();
        Assert.Equal((CacheOutcome.Miss, route.Server), (answer.Outcome, answer.Server));
        Assert.EndsWith("What it holds may be stale and nobody else is left: reads are misses until it has been cleaned.", route.Why, StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_waits_for_its_owner_where_it_is_told_to()
    {
        var pool = new Pool(new ActorCacheOptions { WhileSuspect = WhileSuspect.Wait }, connected: true, "a", "b");
        pool.Lose("a");

        var route = pool.Client.Monitor.Explain(pool.KeyOf("a"));
        Assert.Equal(("a:11211", "a:11211 is the first server clockwise on the ring; operations wait there until it is back or ejected."), (route.Server, route.Why));
    }

    public static TheoryData<string> Placements() => [.. Placement.Distribution.Names];

    [Theory]
    [MemberData(nameof(Placements))]
    public async Task Whatever_the_placement_what_is_explained_is_what_calls_do_and_by_its_own_rules(string distribution)
    {
        var pool = new Pool(new ActorCacheOptions { Distribution = distribution, HashTags = true }, connected: true, "a", "b", "c", "d");
        foreach (var connection in pool.Connections) connection.Answers = _ => "EN";
        pool.Lose("b");
        var ring = pool.Table.Ring;
        for (var i = 0; i < 200; i++)
        {
            var key = $"{{user:{i}}}:profile";
            var route = pool.Client.Monitor.Explain(key);
            var answer = await pool.Client.GetAsync<string>(key).Soon();
            string[] all = ["a:11211", "b:11211", "c:11211", "d:11211"];

            Assert.Equal(all, route.StandIns.Append(route.Owner).Order());
            Assert.Equal(route.Server == route.Owner ? ring.Rule : ring.StandInRule, route.Rule);
            Assert.Contains(route.Rule!, route.Why, StringComparison.Ordinal);
            Assert.Equal(ring.Ownership == Placement.Ownership.One && route.Server != route.Owner, answer.FromStandIn);
            if (ring.Ownership != Placement.Ownership.One)
            {
                Assert.Equal(route.Owner, route.Server); // whose turn it is; the call after takes the next one
                continue;
            }
            Assert.Equal((route.Server, pool.Place(key).Hash), (answer.Server, route.Point));
            Assert.Equal(route.Owner == "b:11211" ? route.StandIns[0] : route.Owner, route.Server);
            Assert.Equal(route.StandIns.First(name => name != "b:11211"), route.StandIn);
            Assert.Equal((route.Owner, route.Server), (pool.Client.Monitor.Explain($"{{user:{i}}}:name").Owner, pool.Client.Monitor.Explain($"{{user:{i}}}:name").Server));
        }
    }

    [Fact]
    public void The_only_server_has_no_stand_in() => Assert.Null(new Pool("a").Client.Monitor.Explain("key").StandIn);

    [Fact]
    public void A_bad_key_is_refused_as_everywhere()
    {
        Assert.Throws<ArgumentException>(() => Monitor.Explain("a b"));
        Assert.Throws<ArgumentException>(() => Monitor.Explain(""));
        Assert.Throws<ArgumentNullException>(() => Monitor.Explain(null!));
    }

    [Fact]
    public async Task What_is_explained_is_what_calls_do()
    {
        _pool.Lose("b");
        foreach (var connection in _pool.Connections) connection.Answers = _ => "EN";
        for (var i = 0; i < 100; i++)
        {
            var answer = await _pool.Client.GetAsync<string>($"user:{i}").Soon();
            var route = Monitor.Explain($"user:{i}");
            Assert.Equal(route.Server, answer.Server);
            Assert.Equal(route.Server != route.Owner, answer.FromStandIn);
        }
    }

    [Fact]
    public void The_snapshot_has_every_server_in_configured_order_with_its_state_since_when_and_why()
    {
        var start = _pool.Time.GetUtcNow();
        _pool.Time.Advance(TimeSpan.FromSeconds(10));
        _pool.Lose("b");
        _pool.FailAttempt("b");
        var snapshot = Monitor.Current;
        Assert.Equal((Pool.Name, _pool.Table.Version, "ketama", _pool.Table.Ring.Fingerprint),
            (snapshot.Cache, snapshot.TableVersion, snapshot.Distribution, snapshot.RingFingerprint));
        Assert.Equal(["a:11211", "b:11211", "c:11211"], snapshot.Servers.Select(server => server.Name));
        var (a, b) = (snapshot.Servers[0], snapshot.Servers[1]);
        Assert.Equal((ServerState.Up, start, null, 0, 1, 0), (a.State, a.Since, a.Cause, a.FailedAttempts, a.Weight, a.InFlight));
        Assert.Equal((ServerState.Suspect, start.AddSeconds(10), "Unreachable: refused", 1), (b.State, b.Since, b.Cause, b.FailedAttempts));
        Assert.Equal(1, snapshot.Servers.Sum(server => server.Share), 9);
        Assert.All(snapshot.Servers, server => Assert.InRange(server.Share, 0.2, 0.5));
    }

    [Fact]
    public async Task Events_are_watched_through_the_monitor()
    {
        await using var watch = Monitor.WatchAsync().GetAsyncEnumerator();
        _pool.Feed.Publish(new ServerEvent.NoServerAlive(Pool.Name, default, 9));
        Assert.True(await watch.MoveNextAsync().Soon());
        Assert.Equal(9, watch.Current.TableVersion);
    }
}
