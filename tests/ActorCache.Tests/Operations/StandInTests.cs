using ActorCache.Transport;

namespace ActorCache.Tests;

/// <summary>What a stand-in is trusted with: values for a while, and attempts that are repeated as long as there is a budget for them.</summary>
public class StandInTests
{
    private readonly Pool _pool = new(new ActorCacheOptions { StandInTtl = TimeSpan.FromSeconds(90.5) }, connected: true, "a", "b");
    private readonly string _key;

    public StandInTests() => _key = _pool.KeyOf("a", "b");

    public static readonly TheoryData<string, TimeSpan?, string, string> Lifetimes = new()
    {
        // Shorter than a stand-in may keep it, or longer, up to a time that goes over the wire as a date, or for ever.
        { "set", TimeSpan.FromSeconds(60), " T60", " T60" },
        { "set", TimeSpan.FromSeconds(91), " T91", " T91" },
        { "set", TimeSpan.FromSeconds(92), " T92", " T91" },
        { "set", TimeSpan.FromDays(60), " T1898", " T91" },
        { "set", null, "", " T91" },
        { "touch", TimeSpan.FromSeconds(60), " T60", " T60" },
        { "touch", TimeSpan.FromDays(1), " T86400", " T91" },
        { "get-and-touch", TimeSpan.FromSeconds(60), " T60", " T60" },
        { "get-and-touch", TimeSpan.FromDays(1), " T86400", " T91" },
        { "create", TimeSpan.FromDays(1), " N86400 J5", " N91 J5" },
        { "create", null, " N0 J5", " N91 J5" },
        { "increment", TimeSpan.FromDays(1), " T86400", " T91" },
        { "increment", null, " D1", " D1" },
        { "get", null, "", "" },
    };

    [Theory]
    [MemberData(nameof(Lifetimes))]
    public async Task A_stand_in_keeps_a_value_for_a_while_at_most_and_an_owner_as_long_as_it_is_told(
        string kind, TimeSpan? ttl, string atOwner, string atStandIn)
    {
        Assert.Contains(atOwner, await Line("a"), StringComparison.Ordinal);
        if (atOwner.Length == 0) Assert.DoesNotContain(" T", await Line("a"), StringComparison.Ordinal);
        _pool.Lose("a");
        Assert.Contains(atStandIn, await Line("b"), StringComparison.Ordinal);
        if (atStandIn.Length == 0) Assert.DoesNotContain(" T", await Line("b"), StringComparison.Ordinal);

        async Task<string> Line(string host)
        {
            _pool[host].Answers = _ => kind is "create" or "increment" ? "VA 1 O7\r\n5" : kind.StartsWith("get", StringComparison.Ordinal) ? "EN" : "HD";
            await (kind switch
            {
                "set" => _pool.Client.SetAsync(_key, "v", ttl).AsTask(),
                "touch" => _pool.Client.TouchAsync(_key, ttl!.Value).AsTask(),
                "get-and-touch" => _pool.Client.GetAndTouchAsync<string>(_key, ttl!.Value).AsTask(),
                "create" => _pool.Client.IncrementAsync(_key, initial: 5, ttl: ttl).AsTask(),
                "increment" => _pool.Client.IncrementAsync(_key, ttl: ttl).AsTask(),
                _ => (Task)_pool.Client.GetAsync<string>(_key).AsTask(),
            }).Soon();
            return _pool[host].Accepted[^1].Text.Split('\r')[0];
        }
    }

    [Fact]
    public async Task An_attempt_repeated_on_a_stand_in_is_written_anew_for_it()
    {
        var call = _pool.Client.SetAsync(_key, "v");
        var first = await _pool["a"].NextAsync();
        Assert.DoesNotContain(" T", first.Text, StringComparison.Ordinal);
        first.End(AttemptEnd.TimedOut);
        var second = await _pool["b"].NextAsync();
        Assert.Contains(" T91", second.Text, StringComparison.Ordinal);
        second.Answer("HD");
        await call.Soon();
    }

    [Theory]
    [InlineData("get")]
    [InlineData("set")]
    [InlineData("delete")]
    public async Task A_call_that_was_not_answered_in_time_ends_when_the_retry_budget_is_spent(string kind)
    {
        while (_pool.Dispatcher.Retries.TryTake()) { }
        var call = Calls.Begin(_pool.Client, kind, _key);
        (await _pool["a"].NextAsync()).End(AttemptEnd.TimedOut);
        var answer = await call.Soon();
        Assert.Equal((CacheOutcome.TimedOut, "a:11211", kind != "get"), (answer.Outcome, answer.Server, answer.MayHaveBeenApplied));
        Assert.Empty(_pool["b"].Accepted);
    }

    [Theory]
    [InlineData(AttemptEnd.Unanswered)]
    [InlineData(AttemptEnd.NeverSent)]
    public async Task What_a_lost_connection_hands_back_needs_no_budget(AttemptEnd end)
    {
        while (_pool.Dispatcher.Retries.TryTake()) { }
        var call = _pool.Client.GetAsync<string>(_key);
        (await _pool["a"].NextAsync()).End(end);
        (await _pool["b"].NextAsync()).AnswerHit("v");
        Assert.True((await call.Soon()).IsHit);
    }

    [Fact]
    public async Task Calls_that_are_answered_fill_the_budget()
    {
        while (_pool.Dispatcher.Retries.TryTake()) { }
        _pool["a"].Answers = _ => "EN";
        for (var i = 0; i < 10; i++) await _pool.Client.GetAsync<string>(_key).Soon();
        Assert.True(_pool.Dispatcher.Retries.TryTake());
        Assert.False(_pool.Dispatcher.Retries.TryTake());
    }
}
