using ActorCache.Transport;

namespace ActorCache.Tests;

/// <summary>The number that a namespace or a tag stands on.</summary>
public class GenerationTests
{
    private readonly Pool _pool = new("a");

    [Fact]
    public async Task One_that_is_there_is_read_and_nothing_is_written()
    {
        _pool["a"].Answers = _ => "VA 2 c1\r\n42";
        Assert.Equal((CacheOutcome.Hit, 42ul), await Now());
        Assert.Equal("mg users~ v f k c O7\r\n", Assert.Single(_pool["a"].Accepted).Text);
    }

    [Fact]
    public async Task One_that_is_not_is_begun_at_random()
    {
        _pool["a"].Answers = request => request.Kind == RequestKind.Get ? "EN" : "HD";
        var seen = new HashSet<ulong>();
        for (var i = 0; i < 100; i++)
        {
            var (outcome, number) = await Now();
            Assert.Equal(CacheOutcome.Hit, outcome);
            Assert.InRange(number, 1ul, (ulong)long.MaxValue);
            Assert.True(seen.Add(number));
            Assert.EndsWith($" ME\r\n{number}\r\n", _pool["a"].Accepted[^1].Text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Who_is_too_late_to_begin_one_reads_the_others()
    {
        var isThere = false;
        _pool["a"].Answers = request =>
        {
            if (request.Kind == RequestKind.Get) return isThere ? "VA 2 c1\r\n42" : "EN";
            isThere = true;
            return "NS";
        };
        Assert.Equal((CacheOutcome.Hit, 42ul), await Now());
    }

    [Fact]
    public async Task One_that_is_lost_over_and_over_cannot_be_had()
    {
        _pool["a"].Answers = request => request.Kind == RequestKind.Get ? "EN" : "NS";
        Assert.Equal((CacheOutcome.Unavailable, 0ul), await Now());
        Assert.InRange(_pool["a"].Accepted.Count, 3, 20);
    }

    [Theory]
    [InlineData("SERVER_ERROR busy", CacheOutcome.ServerError)]
    [InlineData("SERVER_ERROR object too large", CacheOutcome.TooLarge)]
    public async Task One_that_cannot_be_begun_cannot_be_had(string reply, CacheOutcome outcome)
    {
        _pool["a"].Answers = request => request.Kind == RequestKind.Get ? "EN" : reply;
        Assert.Equal((outcome, 0ul), await Now());
    }

    [Fact]
    public async Task Counting_up_is_asked_for_once_more_when_nobody_has_answered()
    {
        // It may yet be counted there, so the next one to ask is the stand-in, which knows of none and begins it anew.
        var pool = new Pool("a", "b");
        var key = pool.KeyOf("a", "b");
        var ended = Generation.EndAsync(pool.Dispatcher, key, default).AsTask();
        var first = await pool["a"].NextAsync();
        pool.Lose("a");
        first.End(AttemptEnd.Unanswered);
        var second = await pool["b"].NextAsync();
        Assert.StartsWith($"ma {key} v O7 D1 N600 J", second.Text, StringComparison.Ordinal);
        second.Answer("VA 2 O7\r\n43");
        Assert.Equal(new StoreResult(CacheOutcome.Stored, "b:11211", false), await ended.Soon("the answer"));
    }

    [Fact]
    public async Task What_was_not_answered_and_cannot_be_asked_again_may_have_happened()
    {
        var ended = Generation.EndAsync(_pool.Dispatcher, "users~", default).AsTask();
        var first = await _pool["a"].NextAsync();
        _pool.Lose("a");
        first.End(AttemptEnd.Unanswered);
        var result = await ended.Soon("the answer");
        Assert.Equal((CacheOutcome.Unavailable, true), (result.Outcome, result.MayHaveBeenApplied));
        Assert.Single(_pool["a"].Accepted);
    }

    [Fact]
    public async Task Without_its_generation_a_namespace_answers_why_and_sends_nothing_more()
    {
        _pool["a"].Answers = _ => "SERVER_ERROR busy";
        var users = _pool.Client.Namespace("users");
        Assert.Equal(CacheOutcome.ServerError, (await users.GetAsync<string>("1").Soon()).Outcome);
        Assert.Equal(CacheOutcome.ServerError, (await users.SetAsync("1", "x").Soon()).Outcome);
        Assert.Equal(CacheOutcome.ServerError, (await users.DeleteAsync("1").Soon()).Outcome);
        Assert.Equal(CacheOutcome.ServerError, (await users.IncrementAsync("1").Soon()).Outcome);
        Assert.Equal(CacheOutcome.ServerError, (await users.GetManyAsync<string>(["1"]).Soon())["1"].Outcome);
        Assert.Equal(CacheOutcome.ServerError, (await users.SetManyAsync<string>([new("1", "x")]).Soon())["1"].Outcome);
        var created = await users.GetOrCreateAsync("1", _ => ValueTask.FromResult("made")).Soon();
        Assert.Equal((CacheOutcome.ServerError, "made", true), (created.Outcome, created.Value, created.HasValue));
        Assert.All(_pool["a"].Accepted, request => Assert.Equal("users~", request.Key));
    }

    [Fact]
    public async Task The_requests_of_one_call_have_its_one_budget()
    {
        var read = _pool.Client.Namespace("users").GetAsync<string>("1").AsTask();
        var stored = _pool.Client.StoreAsync("key", "x", new StoreOptions { Tags = ["red"] }).AsTask();
        var deadline = _pool.Time.GetTimestamp() + _pool.Dispatcher.Budget;
        var (namespaced, tagged) = (await _pool["a"].NextAsync(), await _pool["a"].NextAsync());
        _pool.Time.Advance(Pool.Budget / 2);
        namespaced.Answer("VA 2 c1\r\n42");
        var second = await _pool["a"].NextAsync();
        tagged.Answer("VA 2 c1\r\n42");
        var third = await _pool["a"].NextAsync();
        Assert.Equal(("users~000000000000002a~1", "key"), (second.Key, third.Key));
        Assert.All([namespaced, tagged, second, third], request => Assert.Equal(deadline, request.Deadline));
        second.Answer("EN");
        third.Answer("HD");
        Assert.Equal(CacheOutcome.Miss, (await read.Soon("the read")).Outcome);
        Assert.True((await stored.Soon("the store")).IsStored);
    }

    private async Task<(CacheOutcome, ulong)> Now()
    {
        var now = await Generation.NowAsync(_pool.Dispatcher, "users~", default).Soon();
        return (now.Outcome, now.Value);
    }
}
