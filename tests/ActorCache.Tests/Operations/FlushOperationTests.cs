using ActorCache.Transport;

namespace ActorCache.Tests;

/// <summary>A flush is told the delay memcached understands; and a server that was to be flushed at once and did not say so is not trusted.</summary>
public class FlushOperationTests
{
    [Theory]
    [InlineData(0, "flush_all")]
    [InlineData(0.25, "flush_all 1")]
    [InlineData(1, "flush_all 1")]
    [InlineData(1.5, "flush_all 2")]
    [InlineData(2_592_000, "flush_all 2592000")]
    [InlineData(2_592_001, "flush_all 1896145446")] // 2030-01-02 03:04:05 and 2,592,001 s: more than thirty days is a date
    [InlineData(9e11, "flush_all 2147483647")]
    public async Task A_delay_goes_as_memcached_reads_it(double seconds, string wire)
    {
        var pool = new Pool("a", "b");
        foreach (var connection in pool.Connections) connection.Answers = _ => "OK";
        Assert.True((await pool.Client.FlushAllAsync(TimeSpan.FromSeconds(seconds)).Soon()).IsComplete);
        Assert.All(pool.Connections, connection => Assert.Equal($"{wire}\r\n", Assert.Single(connection.Accepted).Text));
    }

    [Fact]
    public void A_negative_delay_is_refused_at_once()
    {
        var pool = new Pool("a");
        foreach (var delay in new[] { TimeSpan.FromTicks(-1), TimeSpan.MinValue, Timeout.InfiniteTimeSpan })
            Assert.Equal("delay", Calls.ThrowsAtOnce<ArgumentOutOfRangeException>(() => pool.Client.FlushAllAsync(delay).AsTask()).ParamName);
        Assert.Empty(pool["a"].Accepted);
    }

    [Theory]
    [InlineData(AttemptEnd.NeverSent)]
    [InlineData(AttemptEnd.Unanswered)]
    [InlineData(AttemptEnd.TimedOut)]
    public async Task A_server_that_did_not_say_it_was_flushed_hands_out_nothing_until_it_has_been(AttemptEnd end)
    {
        var ledger = new Ledger(new Pool("a", "b"));
        ledger.Pool["b"].Answers = _ => "OK";
        var call = ledger.Pool.Client.FlushAllAsync().AsTask();
        (await ledger.Pool["a"].NextAsync()).End(end);
        await call.Soon();
        Assert.Equal((Standing.Spoiled, Standing.Sound), (ledger.At("a", "key"), ledger.At("b", "key")));
        Assert.True(ledger.Journal.HasWorkAt(ledger.Id("a")));

        // It answers to others: its keys are read elsewhere all the same.
        ledger.Pool["b"].Answers = _ => "EN";
        Assert.Equal("b:11211", (await ledger.Pool.Client.GetAsync<string>(ledger.Pool.KeyOf("a")).Soon()).Server);

        ledger.Flush("a");
        Assert.Equal((Standing.Sound, true), (ledger.At("a", "key"), ledger.Journal.IsQuiet));
    }

    [Fact]
    public async Task A_server_that_is_away_is_flushed_when_it_is_back()
    {
        var ledger = new Ledger(new Pool("a", "b"));
        ledger.Pool["b"].Answers = _ => "OK";
        ledger.Pool.Lose("a");
        Assert.Equal(CacheOutcome.Unavailable, (await ledger.Pool.Client.FlushAllAsync().Soon()).Servers["a:11211"]);
        ledger.Pool.Up("a");
        Assert.Equal(Standing.Spoiled, ledger.At("a", "key"));
    }

    [Fact]
    public async Task A_flush_of_a_server_that_has_no_such_command_is_NotSupported_and_spoils_nothing()
    {
        var ledger = new Ledger(new Pool("a", "b"));
        ledger.Pool["a"].Outcome = SendOutcome.NotSupported;
        ledger.Pool["b"].Answers = _ => "OK";
        var result = await ledger.Pool.Client.FlushAllAsync().Soon();
        Assert.Equal((CacheOutcome.NotSupported, CacheOutcome.Stored), (result.Servers["a:11211"], result.Servers["b:11211"]));
        Assert.Equal(Standing.Sound, ledger.At("a", "key"));
    }

    [Fact]
    public async Task A_flush_that_came_too_late_for_one_underWay_needs_another()
    {
        var ledger = new Ledger(new Pool("a"));
        ledger.Pool.Lose("a");
        await ledger.Pool.Client.FlushAllAsync().Soon();
        var underWay = ledger.Journal.BeforeFlush(ledger.Id("a"));
        await ledger.Pool.Client.FlushAllAsync().Soon();
        ledger.Journal.Flushed(underWay);
        Assert.Equal(Standing.Spoiled, ledger.At("a", "key"));
    }

    [Fact]
    public async Task A_caller_who_gives_up_changes_nothing_about_that()
    {
        var ledger = new Ledger(new Pool("a"));
        using var cancellation = new CancellationTokenSource();
        var call = ledger.Pool.Client.FlushAllAsync(cancellation.Token).AsTask();
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call.Soon());
        ledger.Pool["a"].Accepted[0].End(AttemptEnd.Unanswered);
        Assert.Equal(Standing.Spoiled, ledger.At("a", "key"));
    }

    [Fact]
    public async Task Who_refuses_is_flushed_later_or_has_too_much_to_do_is_left_alone()
    {
        var ledger = new Ledger(new Pool("a"));
        var cache = ledger.Pool.Client;
        ledger.Pool["a"].Answers = _ => "CLIENT_ERROR flush_all not allowed";
        Assert.Equal(CacheOutcome.ServerError, (await cache.FlushAllAsync().Soon()).Servers["a:11211"]);
        ledger.Pool["a"].Outcome = SendOutcome.Full;
        Assert.Equal(CacheOutcome.Overloaded, (await cache.FlushAllAsync().Soon()).Servers["a:11211"]);
        ledger.Pool["a"].Outcome = SendOutcome.Closed;
        Assert.Equal(CacheOutcome.Unavailable, (await cache.FlushAllAsync(TimeSpan.FromSeconds(5)).Soon()).Servers["a:11211"]);
        Assert.True(ledger.Journal.IsQuiet);
    }

    [Fact]
    public async Task With_Admit_nothing_is_remembered()
    {
        var ledger = new Ledger(new Pool(new ActorCacheOptions { OnRejoin = OnRejoin.Admit }, connected: true, "a"));
        ledger.Pool.Lose("a");
        await ledger.Pool.Client.FlushAllAsync().Soon();
        Assert.True(ledger.Journal.IsQuiet);
    }

    [Fact]
    public async Task Of_a_server_that_left_meanwhile_nothing_is_remembered()
    {
        var ledger = new Ledger(new Pool("a", "b"));
        ledger.Pool["b"].Answers = _ => "OK";
        var call = ledger.Pool.Client.FlushAllAsync().AsTask();
        var (gone, request) = (ledger.Id("a"), await ledger.Pool["a"].NextAsync());
        ledger.Pool.SetTopology("b");
        request.End(AttemptEnd.Unanswered);
        Assert.Equal(CacheOutcome.Unavailable, (await call.Soon()).Servers["a:11211"]);
        Assert.Equal((false, true), (ledger.Journal.HasWorkAt(gone), ledger.Journal.IsQuiet));
    }
}
