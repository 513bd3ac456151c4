using ActorCache.Transport;

namespace ActorCache.Tests;

/// <summary>Calls that wait for a server that was just lost, where the options say so.</summary>
public class WaitingOperationTests
{
    private readonly Pool _pool = new(new ActorCacheOptions { WhileSuspect = WhileSuspect.Wait }, connected: true, "a", "b", "c");
    private readonly string _key;

    public WaitingOperationTests() => _key = _pool.KeyOf("a", "b", "c");

    public static readonly TheoryData<string> Kinds =
        ["get", "get-raw", "get-and-touch", "get-many", "set", "set-many", "delete", "touch", "add", "append", "cas", "increment"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_call_waits_for_the_suspect_server_and_goes_there_when_it_is_back(string kind)
    {
        _pool.Lose("a");
        var call = Calls.Begin(_pool.Client, kind, _key);
        _pool.FailAttempt("a");
        _pool.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.False(call.IsCompleted);
        (await _pool.Up("a").NextAsync()).Answer(Calls.Good(kind));
        var answer = await call.Soon();
        Assert.Equal((true, "a:11211", false, false), (answer.IsGood, answer.Server, answer.MayHaveBeenApplied, answer.FromStandIn));
        NobodyElseWasAsked();
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task It_goes_on_to_the_stand_in_when_the_server_is_ejected(string kind)
    {
        _pool.Lose("a");
        var call = Calls.Begin(_pool.Client, kind, _key);
        for (var i = 0; i < 3; i++)
        {
            NobodyElseWasAsked();
            _pool.FailAttempt("a");
        }
        (await _pool["b"].NextAsync()).Answer(Calls.Good(kind));
        Assert.Equal("b:11211", (await call.Soon()).Server);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task It_waits_no_longer_than_its_own_time(string kind)
    {
        _pool.Lose("a");
        var call = Calls.Begin(_pool.Client, kind, _key);
        _pool.Time.Advance(Pool.Budget);
        var answer = await call.Soon();
        Assert.Equal((CacheOutcome.TimedOut, false), (answer.Outcome, answer.MayHaveBeenApplied));
        NobodyElseWasAsked();
        Assert.True(_pool.Journal.IsQuiet);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task When_its_server_leaves_meanwhile_it_goes_where_the_new_ring_has_its_key(string kind)
    {
        // A ring of one server does not say where a key lies on another.
        var pool = new Pool(connected: false, "a");
        string[] keys = [.. Enumerable.Range(0, 20).Select(i => $"key-{i}")];
        var calls = keys.Select(key => Calls.Begin(pool.Client, kind, key)).ToList();
        pool.SetTopology("b", "c");
        foreach (var (key, call) in keys.Zip(calls))
        {
            var owner = pool.Order(key)[0];
            (await pool[owner].NextAsync()).Answer(Calls.Good(kind));
            var answer = await call.Soon();
            Assert.Equal((true, owner, false), (answer.IsGood, answer.Server, answer.FromStandIn));
        }
    }

    [Fact]
    public async Task It_can_be_given_up()
    {
        _pool.Lose("a");
        using var givenUp = new CancellationTokenSource();
        var call = _pool.Client.SetAsync(_key, "v", ct: givenUp.Token).AsTask();
        await givenUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call.Soon());
        Assert.True(_pool.Journal.IsQuiet);
    }

    [Theory]
    [InlineData("get", AttemptEnd.Unanswered)]
    [InlineData("get", AttemptEnd.NeverSent)]
    [InlineData("add", AttemptEnd.NeverSent)]
    [InlineData("increment", AttemptEnd.NeverSent)]
    public async Task What_was_in_flight_when_the_server_was_lost_waits_for_it_too(string kind, AttemptEnd end)
    {
        var call = Calls.Begin(_pool.Client, kind, _key);
        await _pool["a"].NextAsync();
        _pool["a"].Die(end); // The table does not say so yet.
        Assert.False(call.IsCompleted);
        _pool.Lose("a");
        (await _pool.Up("a").NextAsync()).Answer(Calls.Good(kind));
        Assert.Equal("a:11211", (await call.Soon()).Server);
        NobodyElseWasAsked();
    }

    // Whether it was carried out is not known, nor whether it will be: it is repeated when nothing of the lost connection is left to come.
    [Theory]
    [InlineData("set")]
    [InlineData("set-many")]
    public async Task A_set_that_was_in_flight_is_repeated_there_once_that_is_safe(string kind)
    {
        var call = Calls.Begin(_pool.Client, kind, _key);
        await _pool["a"].NextAsync();
        _pool["a"].Die(AttemptEnd.Unanswered);
        _pool.Lose("a");
        var back = _pool.Up("a");
        Assert.Empty(back.Accepted);
        _pool.Settle("a");
        (await back.NextAsync()).Answer("HD");
        var answer = await call.Soon();
        Assert.Equal((true, "a:11211", true), (answer.IsGood, answer.Server, answer.MayHaveBeenApplied));
        NobodyElseWasAsked();
    }

    [Theory]
    [InlineData("add")]
    [InlineData("increment")]
    public async Task What_must_not_be_done_twice_is_not_repeated_there_either(string kind)
    {
        var call = Calls.Begin(_pool.Client, kind, _key);
        await _pool["a"].NextAsync();
        _pool["a"].Die(AttemptEnd.Unanswered);
        Assert.Equal(new CallEnd(CacheOutcome.Unavailable, "a:11211", MayHaveBeenApplied: true, IsWrite: true), await call.Soon());
        NobodyElseWasAsked();
    }

    [Fact]
    public async Task A_server_that_is_slow_but_not_lost_is_not_waited_for()
    {
        var call = _pool.Client.GetAsync<string>(_key);
        (await _pool["a"].NextAsync()).End(AttemptEnd.TimedOut);
        (await _pool["b"].NextAsync()).AnswerHit("v");
        Assert.True((await call.Soon()).FromStandIn);
    }

    [Fact]
    public async Task When_all_are_suspect_each_call_waits_for_its_own_server()
    {
        foreach (var host in new[] { "a", "b", "c" }) _pool.Lose(host);
        var call = _pool.Client.GetAsync<string>(_key);
        _pool.Up("b");
        _pool.Up("c");
        Assert.False(call.IsCompleted);
        (await _pool.Up("a").NextAsync()).AnswerHit("v");
        Assert.Equal("a:11211", (await call.Soon()).Server);
        NobodyElseWasAsked();
    }

    private void NobodyElseWasAsked()
    {
        Assert.Empty(_pool["b"].Accepted);
        Assert.Empty(_pool["c"].Accepted);
    }
}
