using ActorCache.Transport;

namespace ActorCache.Tests;

/// <summary>A flush goes to every server, and to no other in its place.</summary>
public class FlushOperationTests
{
    [Fact]
    public async Task Every_server_is_flushed_and_answers_for_itself()
    {
        var pool = new Pool("a", "b", "c", "d", "e");
        pool["a"].Answers = _ => "OK";
        pool["b"].Answers = _ => "SERVER_ERROR not today";
        pool["c"].Outcome = SendOutcome.Full;
        pool.Lose("d");
        var call = pool.Client.FlushAllAsync().AsTask();
        (await pool["e"].NextAsync()).End(AttemptEnd.TimedOut);
        var result = await call.Soon();

        Assert.False(result.IsComplete);
        Assert.Equal(new Dictionary<string, CacheOutcome>
        {
            ["a:11211"] = CacheOutcome.Stored, ["b:11211"] = CacheOutcome.ServerError, ["c:11211"] = CacheOutcome.Overloaded,
            ["d:11211"] = CacheOutcome.Unavailable, ["e:11211"] = CacheOutcome.TimedOut,
        }, result.Servers);
        Assert.Equal("flush_all\r\n", Assert.Single(pool["a"].Accepted).Text);
    }

    [Theory]
    [InlineData(AttemptEnd.NeverSent)]
    [InlineData(AttemptEnd.Unanswered)]
    public async Task A_flush_that_its_server_does_not_answer_is_Unavailable(AttemptEnd end)
    {
        var pool = new Pool("a", "b");
        pool["b"].Answers = _ => "OK";
        var call = pool.Client.FlushAllAsync().AsTask();
        (await pool["a"].NextAsync()).End(end);
        Assert.Equal(CacheOutcome.Unavailable, (await call.Soon()).Servers["a:11211"]);
        Assert.Single(pool["b"].Accepted);
    }

    [Fact]
    public async Task A_flush_waits_for_a_server_that_is_being_dialled()
    {
        var pool = new Pool(connected: false, "a", "b");
        var call = pool.Client.FlushAllAsync().AsTask();
        (await pool.Up("a").NextAsync()).Answer("OK");
        Assert.False(call.IsCompleted);
        pool.FailAttempt("b");
        var result = await call.Soon();
        Assert.Equal(CacheOutcome.Stored, result.Servers["a:11211"]);
        Assert.Equal(CacheOutcome.Unavailable, result.Servers["b:11211"]);
    }

    [Fact]
    public async Task A_flush_of_a_server_that_has_no_such_command_is_NotSupported()
    {
        var pool = new Pool("a", "b");
        pool["a"].Outcome = SendOutcome.NotSupported;
        pool["b"].Answers = _ => "OK";
        var result = await pool.Client.FlushAllAsync().Soon();
        Assert.Equal((CacheOutcome.NotSupported, CacheOutcome.Stored), (result.Servers["a:11211"], result.Servers["b:11211"]));
    }

    [Fact]
    public async Task A_flush_waits_within_its_own_budget()
    {
        var pool = new Pool(connected: false, "a");
        var call = pool.Client.FlushAllAsync().AsTask();
        pool.Time.Advance(Pool.Budget);
        Assert.Equal(CacheOutcome.TimedOut, (await call.Soon()).Servers["a:11211"]);
    }

    [Fact]
    public async Task A_cancelled_flush_detaches_its_caller()
    {
        var pool = new Pool("a");
        using var cancellation = new CancellationTokenSource();
        var call = pool.Client.FlushAllAsync(cancellation.Token).AsTask();
        await cancellation.CancelAsync();
        Assert.Equal(cancellation.Token, (await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call.Soon())).CancellationToken);
        Assert.True(pool["a"].Accepted[0].Answer("OK"));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => pool.Client.FlushAllAsync(cancellation.Token).Soon());
        Assert.Single(pool["a"].Accepted);
    }
}
