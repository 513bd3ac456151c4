using ActorCache.Transport;

namespace ActorCache.Tests;

/// <summary>The failure table of the design, "The life of an operation": what an operation does when its attempt fails.</summary>
public class CacheOperationTests
{
    private const string Owner = "a:11211";
    private readonly Pool _pool = new("a", "b", "c");

    /// <summary>Every kind of operation the facade has: whether it may be repeated after an unanswered attempt, and how it is called.</summary>
    public static readonly TheoryData<string, bool> Kinds = new()
    {
        { "get", true }, { "get-raw", true }, { "get-and-touch", true }, { "get-many", true },
        { "set", true }, { "set-raw", true }, { "set-many", true }, { "delete", true }, { "delete-many", true }, { "touch", true },
        { "add", false }, { "replace", false }, { "append", false }, { "prepend", false }, { "cas", false },
        { "increment", false }, { "decrement", false },
    };

    public static TheoryData<string, bool, AttemptEnd> KindsAndEnds()
    {
        var rows = new TheoryData<string, bool, AttemptEnd>();
        foreach (var kind in Kinds)
        {
            foreach (var end in new[] { AttemptEnd.NeverSent, AttemptEnd.Unanswered, AttemptEnd.TimedOut })
                rows.Add((string)kind[0], (bool)kind[1], end);
        }
        return rows;
    }

    [Theory]
    [MemberData(nameof(KindsAndEnds))]
    public async Task A_failed_attempt_goes_on_only_where_nothing_can_be_done_twice(string kind, bool repeatable, AttemptEnd end)
    {
        var call = Calls.Begin(_pool.Client, kind, _pool.KeyOf("a", "b"));
        (await _pool["a"].NextAsync()).End(end);

        if (repeatable || end == AttemptEnd.NeverSent)
        {
            (await _pool["b"].NextAsync()).Answer(Calls.Good(kind));
            var answer = await call.Soon();
            Assert.True(answer.IsGood, answer.ToString());
            Assert.Equal("b:11211", answer.Server);
            if (answer.IsWrite) Assert.Equal(end != AttemptEnd.NeverSent, answer.MayHaveBeenApplied);
            else Assert.True(answer.FromStandIn);
        }
        else
        {
            Assert.Equal(new CallEnd(CacheOutcome.Unavailable, Owner, MayHaveBeenApplied: true, IsWrite: true), await call.Soon());
            Assert.Empty(_pool["b"].Accepted);
            Assert.Empty(_pool["c"].Accepted);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task The_budget_is_over_when_the_attempt_ends(string kind, bool repeatable)
    {
        var call = Calls.Begin(_pool.Client, kind, _pool.KeyOf("a", "b"));
        var request = await _pool["a"].NextAsync();
        _pool.Time.Advance(Pool.Budget);
        request.End(AttemptEnd.TimedOut);

        var answer = await call.Soon();
        Assert.Equal(CacheOutcome.TimedOut, answer.Outcome);
        Assert.Equal(Owner, answer.Server);
        if (answer.IsWrite) Assert.True(answer.MayHaveBeenApplied);
        else Assert.True(repeatable);
        Assert.Empty(_pool["b"].Accepted);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_full_window_answers_at_once_and_spares_the_other_servers(string kind, bool repeatable)
    {
        _ = repeatable;
        _pool["a"].Outcome = SendOutcome.Full;
        var answer = await Calls.Begin(_pool.Client, kind, _pool.KeyOf("a", "b")).Soon();
        Assert.Equal(CacheOutcome.Overloaded, answer.Outcome);
        Assert.False(answer.MayHaveBeenApplied);
        Assert.Empty(_pool["b"].Accepted);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Closed_servers_are_passed_over_clockwise_and_each_is_asked_once(string kind, bool repeatable)
    {
        _ = repeatable;
        _pool["a"].Outcome = SendOutcome.Closed;
        _pool["b"].Outcome = SendOutcome.Closed;
        var call = Calls.Begin(_pool.Client, kind, _pool.KeyOf("a", "b", "c"));
        (await _pool["c"].NextAsync()).Answer(Calls.Good(kind));
        var answer = await call.Soon();
        Assert.True(answer.IsGood, answer.ToString());
        Assert.Equal("c:11211", answer.Server);
        Assert.False(answer.MayHaveBeenApplied);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task No_server_that_takes_it_is_Unavailable(string kind, bool repeatable)
    {
        _ = repeatable;
        foreach (var connection in _pool.Connections) connection.Outcome = SendOutcome.Closed;
        var answer = await Calls.Begin(_pool.Client, kind, "key").Soon();
        Assert.Equal(CacheOutcome.Unavailable, answer.Outcome);
        Assert.False(answer.MayHaveBeenApplied);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task No_server_that_serves_is_Unavailable_and_names_none(string kind, bool repeatable)
    {
        _ = repeatable;
        foreach (var host in new[] { "a", "b", "c" }) _pool.Lose(host);
        var answer = await Calls.Begin(_pool.Client, kind, "key").Soon();
        Assert.Equal(CacheOutcome.Unavailable, answer.Outcome);
        Assert.Null(answer.Server);
    }

    [Fact]
    public void Callers_that_nobody_can_answer_leave_threads_for_whoever_dials()
    {
        var pool = new Pool("a", "b");
        foreach (var host in (string[])["a", "b"]) pool.Lose(host);
        var woken = new Queue<IThreadPoolWorkItem>();
        var client = new ActorCacheClient(Pool.Name, new Dispatcher(pool.Routes, pool.Journal, pool.Time, new ActorCacheOptions()) { Wake = woken.Enqueue },
            new ActorCacheMonitor(Pool.Name, pool.Routes, pool.Journal, pool.Feed));

        // Most are told at once, and some through the thread pool, which has other things to do first.
        var calls = Enumerable.Range(0, 64).Select(i => client.GetAsync<string>($"key-{i}").AsTask()).ToList();
        Assert.Equal((48, 16), (calls.Count(call => call.IsCompleted), woken.Count));
        while (woken.TryDequeue(out var ended)) ended.Execute();
        Assert.All(calls, call => Assert.Equal(CacheOutcome.Unavailable, call.Result.Outcome));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_repeated_attempt_that_fails_everywhere_ends_Unavailable(string kind, bool repeatable)
    {
        if (!repeatable) return;
        var call = Calls.Begin(_pool.Client, kind, _pool.KeyOf("a", "b", "c"));
        (await _pool["a"].NextAsync()).End(AttemptEnd.Unanswered);
        (await _pool["b"].NextAsync()).End(AttemptEnd.NeverSent);
        (await _pool["c"].NextAsync()).End(AttemptEnd.Unanswered);
        var answer = await call.Soon();
        Assert.Equal(CacheOutcome.Unavailable, answer.Outcome);
        Assert.Equal("c:11211", answer.Server);
        if (answer.IsWrite) Assert.True(answer.MayHaveBeenApplied);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task What_waits_for_a_first_connect_goes_to_the_connection_that_came_of_it(string kind, bool repeatable)
    {
        _ = repeatable;
        var pool = new Pool(connected: false, "a", "b", "c");
        var call = Calls.Begin(pool.Client, kind, pool.KeyOf("a", "b"));
        Assert.False(call.IsCompleted);
        (await pool.Up("a").NextAsync()).Answer(Calls.Good(kind));
        var answer = await call.Soon();
        Assert.True(answer.IsGood, answer.ToString());
        Assert.Equal(Owner, answer.Server);
        Assert.False(answer.MayHaveBeenApplied);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task What_waits_for_a_connect_that_fails_goes_to_the_next_server(string kind, bool repeatable)
    {
        _ = repeatable;
        var pool = new Pool(connected: false, "a", "b");
        pool.Up("b");
        var call = Calls.Begin(pool.Client, kind, pool.KeyOf("a", "b"));
        Assert.Empty(pool["b"].Accepted);
        pool.FailAttempt("a");
        (await pool["b"].NextAsync()).Answer(Calls.Good(kind));
        var answer = await call.Soon();
        Assert.True(answer.IsGood, answer.ToString());
        Assert.Equal("b:11211", answer.Server);
        Assert.False(answer.MayHaveBeenApplied);
    }

    [Fact]
    public async Task What_waits_for_a_first_connect_waits_within_its_own_budget()
    {
        var pool = new Pool(connected: false, "a");
        var get = pool.Client.GetAsync<string>("key");
        var count = pool.Client.IncrementAsync("key");
        pool.Time.Advance(Pool.Budget);
        Assert.Equal(CacheOutcome.TimedOut, (await get.Soon()).Outcome);

        var counted = await count.Soon();
        Assert.Equal(CacheOutcome.TimedOut, counted.Outcome);
        Assert.False(counted.MayHaveBeenApplied, "nothing left a waiting room");
    }

    [Fact]
    public async Task Calls_that_wait_when_the_cache_shuts_down_end_Unavailable()
    {
        var pool = new Pool(connected: false, "a", "b");
        var get = pool.Client.GetAsync<string>("key");
        foreach (var server in pool.Routes.Close()!.Servers) server.Entrance.Open();
        Assert.Equal(CacheOutcome.Unavailable, (await get.Soon()).Outcome);
    }

    [Fact]
    public async Task A_table_that_was_published_meanwhile_decides_where_the_next_attempt_goes()
    {
        var key = _pool.KeyOf("a", "b", "c");
        var call = _pool.Client.GetAsync<string>(key);
        var request = await _pool["a"].NextAsync();
        _pool.Lose("b");
        request.End(AttemptEnd.Unanswered);
        (await _pool["c"].NextAsync()).AnswerHit("from c");
        Assert.Equal("from c", (await call.Soon()).Value);
    }

    [Fact]
    public async Task Each_attempt_begins_its_own_read_timeout_and_keeps_the_calls_deadline()
    {
        var call = _pool.Client.GetAsync<string>(_pool.KeyOf("a", "b"));
        var first = await _pool["a"].NextAsync();
        _pool.Time.Advance(TimeSpan.FromSeconds(1));
        first.End(AttemptEnd.TimedOut);
        var second = await _pool["b"].NextAsync();
        Assert.Equal(first.Deadline, second.Deadline);
        Assert.Equal(_pool.Time.GetTimestamp(), second.AttemptStarted);
        second.AnswerHit("v");
        Assert.True((await call.Soon()).IsHit);
    }

    [Fact]
    public async Task More_servers_than_anyone_expected_are_all_tried()
    {
        var hosts = Enumerable.Range(0, 20).Select(i => $"s{i}").ToArray();
        var pool = new Pool(hosts);
        foreach (var host in hosts) pool[host].Outcome = SendOutcome.Closed;
        var last = pool.Order("key")[^1];
        pool[last].Outcome = null;
        pool[last].Answers = _ => "VA 1 c1\r\nx";
        var answer = await pool.Client.GetAsync<string>("key").Soon();
        Assert.Equal(last, answer.Server);
        Assert.True(answer.FromStandIn);
    }

    [Theory]
    [InlineData("SERVER_ERROR out of memory storing object", CacheOutcome.ServerError)]
    [InlineData("SERVER_ERROR object too large for cache", CacheOutcome.TooLarge)]
    [InlineData("CLIENT_ERROR bad command line format", CacheOutcome.ServerError)]
    [InlineData("NS", CacheOutcome.NotStored)]
    [InlineData("EX", CacheOutcome.Exists)]
    [InlineData("NF", CacheOutcome.NotFound)]
    [InlineData("HD", CacheOutcome.Stored)]
    public async Task A_servers_answer_to_a_store_is_an_answer_whatever_it_says(string line, CacheOutcome outcome)
    {
        _pool["a"].Answers = _ => line;
        var answer = await _pool.Client.StoreAsync(_pool.KeyOf("a"), "v", new StoreOptions { Cas = 9 }).Soon();
        Assert.Equal(new StoreResult(outcome, Owner, MayHaveBeenApplied: false), answer);
        Assert.Empty(_pool["b"].Accepted);
    }

    [Theory]
    [InlineData("NF", CacheOutcome.NotFound, 0UL)]
    [InlineData("NS", CacheOutcome.NotStored, 0UL)]
    [InlineData("CLIENT_ERROR cannot increment or decrement non-numeric value", CacheOutcome.NotANumber, 0UL)]
    [InlineData("CLIENT_ERROR invalid numeric delta argument", CacheOutcome.ServerError, 0UL)]
    [InlineData("SERVER_ERROR out of memory in incr", CacheOutcome.ServerError, 0UL)]
    [InlineData("VA 20 O7\r\n18446744073709551615", CacheOutcome.Stored, ulong.MaxValue)]
    [InlineData("VA 3 O7\r\n9  ", CacheOutcome.Stored, 9UL)]
    [InlineData("VA 2 O7\r\n9x", CacheOutcome.NotANumber, 0UL)]
    public async Task A_servers_answer_to_a_count_is_an_answer_whatever_it_says(string line, CacheOutcome outcome, ulong value)
    {
        _pool["a"].Answers = _ => line;
        var answer = await _pool.Client.DecrementAsync(_pool.KeyOf("a")).Soon();
        Assert.Equal(outcome, answer.Outcome);
        Assert.Equal(outcome == CacheOutcome.Stored, answer.IsCounted);
        if (answer.IsCounted) Assert.Equal(value, answer.Value);
    }

    [Theory]
    [InlineData("EN", CacheOutcome.Miss)]
    [InlineData("SERVER_ERROR busy", CacheOutcome.ServerError)]
    [InlineData("CLIENT_ERROR bad", CacheOutcome.ServerError)]
    public async Task A_servers_answer_to_a_get_is_an_answer_whatever_it_says(string line, CacheOutcome outcome)
    {
        _pool["a"].Answers = _ => line;
        var answer = await _pool.Client.GetAsync<string>(_pool.KeyOf("a")).Soon();
        Assert.Equal((outcome, Owner, (string?)null, 0UL), (answer.Outcome, answer.Server, answer.Value, answer.Cas));
        Assert.Empty(_pool["b"].Accepted);
    }
}
