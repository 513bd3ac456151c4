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
        Assert.Equal(
            new KeyRoute(key, _pool.Hash(key), "a:11211", "b:11211", "a:11211", "a:11211 is the first server clockwise on the ring, and it serves."),
            Monitor.Explain(key));
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
