using ActorCache.Transport;

namespace ActorCache.Tests;

/// <summary>A store of more than a server takes, as far as the server has said what it takes.</summary>
public class StoreOperationTests
{
    private readonly Pool _pool = new(connected: false, "a");
    private readonly FakeConnection _a;

    public StoreOperationTests()
    {
        _a = _pool.Up("a", itemSizeMax: 1000);
        _a.Answers = request => request.Kind == RequestKind.Delete ? "NF O7" : "HD O7";
    }

    [Fact]
    public async Task A_set_of_what_it_takes_is_sent()
    {
        Assert.Equal(CacheOutcome.Stored, (await _pool.Client.SetAsync("key", new byte[1000]).Soon()).Outcome);
        Assert.StartsWith("ms key 1000 ", Assert.Single(_a.Accepted).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("HD")]
    [InlineData("NF")]
    public async Task A_set_of_more_deletes_what_is_there_and_is_TooLarge(string answer)
    {
        _a.Answers = _ => answer;
        Assert.Equal(new StoreResult(CacheOutcome.TooLarge, "a:11211", false), await _pool.Client.SetAsync("key", new byte[1001]).Soon());
        Assert.Equal("md key O7\r\n", Assert.Single(_a.Accepted).Text);
        // The operation that was used is a store again.
        _a.Answers = _ => "HD";
        Assert.True((await _pool.Client.SetAsync("key", "x").Soon()).IsStored);
        Assert.StartsWith("ms key 1 ", _a.Accepted[1].Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_many_each_is_told_for_itself()
    {
        var stored = await _pool.Client.SetManyAsync([KeyValuePair.Create("small", new byte[10]), KeyValuePair.Create("large", new byte[1001]), KeyValuePair.Create("huge", new byte[2 << 20])]).Soon();
        Assert.Equal((CacheOutcome.Stored, CacheOutcome.TooLarge, CacheOutcome.TooLarge), (stored["small"].Outcome, stored["large"].Outcome, stored["huge"].Outcome));
        Assert.Equal(["md huge O7\r\n", "md large O7\r\n"], _a.Accepted.Select(request => request.Text).Where(text => text.StartsWith("md", StringComparison.Ordinal)).Order());
    }

    [Theory]
    [InlineData(StoreMode.Add, null)]
    [InlineData(StoreMode.Replace, null)]
    [InlineData(StoreMode.Append, null)]
    [InlineData(StoreMode.Prepend, null)]
    [InlineData(StoreMode.Set, 5ul)]
    public async Task What_is_not_a_set_is_not_sent_and_leaves_what_is_there(StoreMode mode, ulong? cas)
    {
        foreach (var length in new[] { 1001, 2 << 20 })
            Assert.Equal(CacheOutcome.TooLarge, (await _pool.Client.StoreAsync("key", new byte[length], new StoreOptions { Mode = mode, Cas = cas }).Soon()).Outcome);
        Assert.Empty(_a.Accepted);
    }

    [Fact]
    public async Task With_nobody_to_delete_it_it_is_Unavailable()
    {
        _pool.Lose("a");
        Assert.Equal(CacheOutcome.Unavailable, (await _pool.Client.SetAsync("key", new byte[2 << 20]).Soon()).Outcome);
    }

    [Fact]
    public async Task A_server_that_has_not_said_what_it_takes_is_asked()
    {
        var pool = new Pool("a");
        pool["a"].Answers = _ => "SERVER_ERROR object too large for cache";
        Assert.Equal(CacheOutcome.TooLarge, (await pool.Client.SetAsync("key", new byte[1 << 20]).Soon()).Outcome);
        Assert.StartsWith("ms key ", Assert.Single(pool["a"].Accepted).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_one_server_refuses_goes_as_a_delete_to_the_stand_in_too()
    {
        var pool = new Pool(connected: false, "a", "b");
        pool.Up("a", itemSizeMax: 1000);
        pool.Up("b", itemSizeMax: 1 << 20);
        var key = pool.KeyOf("a", "b");
        var call = pool.Client.SetAsync(key, new byte[1001]);
        (await pool["a"].NextAsync()).End(AttemptEnd.Unanswered);
        var second = await pool["b"].NextAsync();
        Assert.Equal($"md {key} O7\r\n", second.Text);
        second.Answer("NF");
        Assert.Equal(new StoreResult(CacheOutcome.TooLarge, "b:11211", true), await call.Soon());
    }
}
