using ActorCache.Transport;

namespace ActorCache.Tests;

/// <summary>Where servers are doors to the same data: calls take turns, a door that is shut is passed by, and nobody is cleaned of anything.</summary>
public class RoundRobinTests
{
    private readonly Pool _pool = new(new ActorCacheOptions { Distribution = "round-robin", OnRejoin = OnRejoin.Flush, StandInTtl = TimeSpan.FromSeconds(1) }, connected: true, "a", "b", "c");

    public RoundRobinTests()
    {
        foreach (var connection in _pool.Connections) connection.Answers = _ => "HD";
    }

    [Fact]
    public async Task Calls_for_one_key_go_to_every_server_alike()
    {
        for (var i = 0; i < 300; i++) await _pool.Client.SetAsync("key", "value").Soon();

        Assert.All(_pool.Connections, connection => Assert.InRange(connection.Accepted.Count, 90, 110));
    }

    [Fact]
    public async Task Whoever_is_away_is_passed_by_and_the_others_stay_even()
    {
        _pool.Lose("b");
        for (var i = 0; i < 200; i++) await _pool.Client.DeleteAsync("key").Soon();

        Assert.Empty(_pool["b"].Accepted);
        Assert.InRange(_pool["a"].Accepted.Count, 90, 110);
    }

    [Fact]
    public async Task A_call_whose_server_dies_under_it_goes_to_another_and_to_none_twice()
    {
        foreach (var connection in _pool.Connections) connection.Answers = null;
        var call = _pool.Client.GetAsync<string>("key").AsTask();
        for (var i = 0; i < 3; i++)
        {
            var asked = _pool.Connections.Single(connection => connection.Accepted.Count > 0 && !connection.Completion.IsCompleted);
            asked.Die(AttemptEnd.Unanswered);
        }

        Assert.Equal(CacheOutcome.Unavailable, (await call.Soon()).Outcome);
        Assert.All(_pool.Connections, connection => Assert.Single(connection.Accepted));
    }

    [Fact]
    public async Task Nobody_is_a_stand_in_and_nothing_is_noted()
    {
        _pool.Lose("b");
        for (var i = 0; i < 20; i++)
        {
            Assert.True((await _pool.Client.SetAsync($"key-{i}", "value", TimeSpan.FromHours(1)).Soon()).IsStored);
            Assert.False((await _pool.Client.TouchAsync($"key-{i}", TimeSpan.FromHours(1)).Soon()).MayHaveBeenApplied);
        }

        Assert.All(_pool["a"].Accepted, request => Assert.Contains(" T3600", request.Text, StringComparison.Ordinal)); // not StandInTtl
        Assert.True(_pool.Journal.IsQuiet);
    }

    [Fact]
    public void Nobody_is_flushed_who_comes_back_as_that_would_flush_the_pool_behind_it()
    {
        _pool.Lose("b");
        for (var i = 0; i < 3; i++) _pool.FailAttempt("b");
        var back = _pool.Transitions.On(_pool.Table, new ConnectionReport.ServerUp("b:11211", new FakeConnection("b")), _pool.Now);
        Assert.Empty(back.Spoiled);

        _pool.SetTopology("a", "c");
        for (var i = 0; i < 40; i++) _pool.SetTopology(i % 2 == 0 ? ["a", "c", "d"] : ["a", "c"]); // as often as former owners would be forgotten
        Assert.True(_pool.Journal.IsQuiet);
        Assert.False(_pool.Transitions.IsToBeFlushed(_pool.Table, new ConnectionReport.ServerUp("b:11211", new FakeConnection("b")), _pool.Now));
    }

    [Fact]
    public async Task With_every_server_away_calls_are_unavailable()
    {
        foreach (var host in (string[])["a", "b", "c"]) _pool.Lose(host);

        Assert.Equal(CacheOutcome.Unavailable, (await _pool.Client.GetAsync<string>("key").Soon()).Outcome);
    }
}
