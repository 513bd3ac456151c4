using System.Buffers;
using ActorCache.Transport;

namespace ActorCache.Tests;

/// <summary>
/// The classic dialect's own: what meta says in one request may take several here, and what is true of one attempt must be true of each.
/// </summary>
public class ClassicOperationTests
{
    private const string Owner = "a:11211";
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private readonly Pool _pool = new("a", "b");
    private readonly string _key;

    public ClassicOperationTests()
    {
        foreach (var connection in _pool.Connections) connection.Dialect = Dialect.Classic;
        _key = _pool.KeyOf("a", "b");
    }

    [Fact]
    public async Task Every_call_is_said_in_classic_words()
    {
        Assert.Equal("1", (await On(_pool.Client.GetAsync<string>(_key), "gets {0}", "VALUE {0} 0 1 9\r\n1\r\nEND")).Value);
        Assert.Equal(CacheOutcome.Miss, (await On(_pool.Client.GetAsync<string>(_key), "gets {0}", "END")).Outcome);
        Assert.Equal(1, (await On(_pool.Client.GetRawAsync(_key, new ArrayBufferWriter<byte>()), "gets {0}", "VALUE {0} 0 1 9\r\n1\r\nEND")).Value);
        Assert.True((await On(_pool.Client.SetAsync(_key, "v", Minute), "set {0} 0 60 1\r\nv", "STORED")).IsStored);
        Assert.Equal(CacheOutcome.NotStored, (await On(Store(StoreMode.Add), "add {0} 0 0 1\r\nv", "NOT_STORED")).Outcome);
        Assert.Equal(CacheOutcome.Exists, (await On(Store(StoreMode.Replace, 9), "cas {0} 0 0 1 9\r\nv", "EXISTS")).Outcome);
        Assert.Equal(CacheOutcome.NotFound, (await On(Store(StoreMode.Set, 9), "cas {0} 0 0 1 9\r\nv", "NOT_FOUND")).Outcome);
        Assert.True((await On(_pool.Client.DeleteAsync(_key), "delete {0}", "DELETED")).IsStored);
        Assert.True((await On(_pool.Client.TouchAsync(_key, Minute), "touch {0} 60", "TOUCHED")).IsStored);
        Assert.Equal(CacheOutcome.NotFound, (await On(_pool.Client.TouchAsync(_key, Minute), "touch {0} 60", "NOT_FOUND")).Outcome);
        Assert.Equal(8ul, (await On(_pool.Client.IncrementAsync(_key, 3), "incr {0} 3", "8")).Value);
        Assert.Equal(0ul, (await On(_pool.Client.DecrementAsync(_key, 3), "decr {0} 3", "0  ")).Value);
        Assert.Equal(CacheOutcome.NotANumber, (await On(_pool.Client.IncrementAsync(_key), "incr {0} 1",
            "CLIENT_ERROR cannot increment or decrement non-numeric value")).Outcome);
        Assert.Equal(CacheOutcome.TooLarge, (await On(_pool.Client.SetAsync(_key, "v"), "set {0} 0 0 1\r\nv", "SERVER_ERROR object too large for cache")).Outcome);
    }

    [Theory]
    [InlineData(StoreMode.Add)]
    [InlineData(StoreMode.Append)]
    [InlineData(StoreMode.Prepend)]
    public async Task A_version_beside_a_mode_that_has_none_is_NotSupported_and_goes_nowhere(StoreMode mode)
    {
        Assert.Equal(new StoreResult(CacheOutcome.NotSupported, Owner, MayHaveBeenApplied: false), await Store(mode, 9).Soon());
        Assert.All(_pool.Connections, connection => Assert.Empty(connection.Accepted));
    }

    [Fact]
    public async Task A_get_and_touch_touches_and_then_reads()
    {
        var call = _pool.Client.GetAndTouchAsync<string>(_key, Minute);
        await Answer("touch {0} 60", "TOUCHED");
        await Answer("gets {0}", "VALUE {0} 0 1 9\r\nv\r\nEND");
        var read = await call.Soon();
        Assert.Equal(("v", 9ul), (read.Value, read.Cas));

        Assert.Equal(CacheOutcome.Miss, (await On(_pool.Client.GetAndTouchAsync<string>(_key, Minute), "touch {0} 60", "NOT_FOUND")).Outcome);
        Assert.Equal(CacheOutcome.ServerError, (await On(_pool.Client.GetAndTouchAsync<string>(_key, Minute), "touch {0} 60", "SERVER_ERROR Connection refused")).Outcome);
    }

    [Theory]
    [InlineData(AttemptEnd.NeverSent)]
    [InlineData(AttemptEnd.Unanswered)]
    [InlineData(AttemptEnd.TimedOut)]
    public async Task A_get_and_touch_goes_on_at_the_next_server_wherever_it_is_lost(AttemptEnd end)
    {
        var lostAtTheTouch = _pool.Client.GetAndTouchAsync<string>(_key, Minute);
        (await _pool["a"].NextAsync()).End(end);
        await Answer("touch {0} 60", "NOT_FOUND", "b");
        Assert.Equal(CacheOutcome.Miss, (await lostAtTheTouch.Soon()).Outcome);

        var lostAtTheRead = _pool.Client.GetAndTouchAsync<string>(_key, Minute);
        await Answer("touch {0} 60", "TOUCHED");
        (await _pool["a"].NextAsync()).End(end);
        await Answer("gets {0}", "VALUE {0} 0 1 9\r\nv\r\nEND", "b");
        var read = await lostAtTheRead.Soon();
        Assert.Equal(("v", "b:11211", true), (read.Value, read.Server, read.FromStandIn));
    }

    [Fact]
    public async Task A_counter_with_a_beginning_is_counted_or_created()
    {
        Assert.Equal(6ul, (await On(_pool.Client.IncrementAsync(_key, initial: 5, ttl: Minute), "incr {0} 1", "6")).Value);

        var created = _pool.Client.IncrementAsync(_key, initial: ulong.MaxValue, ttl: Minute);
        await Answer("incr {0} 1", "NOT_FOUND");
        await Answer("add {0} 0 60 20\r\n18446744073709551615", "STORED");
        Assert.Equal(new CounterResult(CacheOutcome.Stored, ulong.MaxValue, Owner, MayHaveBeenApplied: false), await created.Soon());
    }

    [Fact]
    public async Task A_counter_that_somebody_else_creates_meanwhile_is_counted()
    {
        var counted = _pool.Client.DecrementAsync(_key, 2, initial: 5);
        await Answer("decr {0} 2", "NOT_FOUND");
        await Answer("add {0} 0 0 1\r\n5", "NOT_STORED");
        await Answer("decr {0} 2", "40");
        Assert.Equal(new CounterResult(CacheOutcome.Stored, 40, Owner, MayHaveBeenApplied: false), await counted.Soon());
    }

    [Fact]
    public async Task A_counter_that_comes_and_goes_for_ever_is_given_up()
    {
        var counted = _pool.Client.IncrementAsync(_key, initial: 5);
        for (var round = 0; round < 4; round++)
        {
            await Answer("incr {0} 1", "NOT_FOUND");
            await Answer("add {0} 0 0 1\r\n5", "NOT_STORED");
        }
        Assert.Equal(CacheOutcome.NotStored, (await counted.Soon()).Outcome);
    }

    [Theory]
    [InlineData(0, AttemptEnd.Unanswered)]
    [InlineData(0, AttemptEnd.TimedOut)]
    [InlineData(1, AttemptEnd.Unanswered)]
    [InlineData(1, AttemptEnd.TimedOut)]
    [InlineData(2, AttemptEnd.Unanswered)]
    [InlineData(2, AttemptEnd.TimedOut)]
    public async Task A_step_of_a_counter_that_nobody_answers_is_the_last_and_may_have_been_done(int answered, AttemptEnd end)
    {
        var count = _pool.Client.IncrementAsync(_key, initial: 5);
        if (answered > 0) await Answer("incr {0} 1", "NOT_FOUND");
        if (answered > 1) await Answer("add {0} 0 0 1\r\n5", "NOT_STORED");
        (await _pool["a"].NextAsync()).End(end);
        Assert.Equal(new CounterResult(CacheOutcome.Unavailable, 0, Owner, MayHaveBeenApplied: true), await count.Soon());
        Assert.Empty(_pool["b"].Accepted);
        Assert.False(_pool.Journal.IsQuiet, "A creation that comes late would bring an old counter back.");
    }

    [Fact]
    public async Task A_step_of_a_counter_that_was_never_sent_goes_to_the_next_server()
    {
        var count = _pool.Client.IncrementAsync(_key, initial: 5);
        await Answer("incr {0} 1", "NOT_FOUND");
        (await _pool["a"].NextAsync()).End(AttemptEnd.NeverSent);
        await Answer("add {0} 0 600 1\r\n5", "STORED", "b"); // No longer than a stand-in may keep it.
        Assert.Equal(new CounterResult(CacheOutcome.Stored, 5, "b:11211", MayHaveBeenApplied: false), await count.Soon());
    }

    [Fact]
    public async Task A_counter_begun_in_classic_may_end_at_a_server_that_speaks_meta()
    {
        _pool["b"].Dialect = Dialect.Meta;
        var count = _pool.Client.IncrementAsync(_key, initial: 5);
        await Answer("incr {0} 1", "NOT_FOUND");
        (await _pool["a"].NextAsync()).End(AttemptEnd.NeverSent);
        (await _pool["b"].NextAsync()).AnswerHit("5");
        Assert.Equal(5ul, (await count.Soon()).Value);
        Assert.Equal($"ma {_key} v O7 D1 N600 J5\r\n", Assert.Single(_pool["b"].Accepted).Text);
    }

    [Fact]
    public async Task A_counters_new_time_to_live_is_given_before_it_is_counted()
    {
        var counted = _pool.Client.IncrementAsync(_key, ttl: Minute);
        await Answer("touch {0} 60", "TOUCHED");
        await Answer("incr {0} 1", "7");
        Assert.Equal(7ul, (await counted.Soon()).Value);
        Assert.Equal(CacheOutcome.NotFound, (await On(_pool.Client.IncrementAsync(_key, ttl: Minute), "touch {0} 60", "NOT_FOUND")).Outcome);
    }

    [Fact]
    public async Task A_touch_before_a_count_may_be_repeated_and_the_count_may_not()
    {
        var count = _pool.Client.IncrementAsync(_key, ttl: Minute);
        (await _pool["a"].NextAsync()).End(AttemptEnd.Unanswered);
        await Answer("touch {0} 60", "TOUCHED", "b");
        (await _pool["b"].NextAsync()).End(AttemptEnd.Unanswered);
        Assert.Equal(new CounterResult(CacheOutcome.Unavailable, 0, "b:11211", MayHaveBeenApplied: true), await count.Soon());
    }

    [Fact]
    public async Task A_call_of_several_steps_has_one_budget_and_one_token()
    {
        var late = _pool.Client.IncrementAsync(_key, initial: 5);
        var first = await _pool["a"].NextAsync();
        _pool.Time.Advance(Pool.Budget);
        first.Answer("NOT_FOUND");
        Assert.Equal(CacheOutcome.TimedOut, (await late.Soon()).Outcome);

        using var giveUp = new CancellationTokenSource();
        var given = _pool.Client.GetAndTouchAsync<string>(_key, Minute, giveUp.Token);
        await Answer("touch {0} 60", "TOUCHED");
        var read = await _pool["a"].NextAsync();
        await giveUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => given.AsTask().Soon());
        Assert.False(read.Answer("END"));
    }

    private ValueTask<StoreResult> Store(StoreMode mode, ulong? cas = null) => _pool.Client.StoreAsync(_key, "v", new StoreOptions { Mode = mode, Cas = cas });

    private async Task<T> On<T>(ValueTask<T> call, string request, string answer)
    {
        await Answer(request, answer);
        return await call.Soon();
    }

    private async Task Answer(string request, string answer, string host = "a")
    {
        var arrived = await _pool[host].NextAsync();
        Assert.Equal(request.Replace("{0}", _key, StringComparison.Ordinal) + "\r\n", arrived.Text);
        Assert.True(arrived.Answer(answer.Replace("{0}", _key, StringComparison.Ordinal)));
    }
}
