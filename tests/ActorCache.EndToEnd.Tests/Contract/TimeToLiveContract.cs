namespace ActorCache.EndToEnd.Tests.Contract;

/// <summary>How long items live, as the server itself says.</summary>
public abstract class TimeToLiveContract(PoolFixture on)
{
    private static readonly TimeSpan Short = TimeSpan.FromSeconds(1000);
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(5000);

    private IActorCache Cache => on.Cache;

    [Fact]
    public async Task An_item_lives_as_long_as_it_was_given()
    {
        var key = on.NewKey();
        await Cache.SetAsync(key, "value", Short);
        await HasLeft(key, Short);

        var added = on.NewKey();
        await Cache.StoreAsync(added, "value", new StoreOptions { Mode = StoreMode.Add, Ttl = Short });
        await HasLeft(added, Short);
    }

    [Fact]
    public async Task An_item_that_was_given_no_time_lives_for_ever()
    {
        var key = on.NewKey();
        await Cache.SetAsync(key, "value", Short);
        await Cache.SetAsync(key, "value");
        Assert.Equal(-1, await on.SecondsLeftAsync(key));
    }

    [Theory]
    [InlineData(30)]
    [InlineData(31)]
    [InlineData(1000)]
    public async Task Days_are_days_beyond_thirty_of_them_too(int days)
    {
        var key = on.NewKey();
        await Cache.SetAsync(key, "value", TimeSpan.FromDays(days));
        await HasLeft(key, TimeSpan.FromDays(days));
        Assert.Equal("value", (await Cache.GetAsync<string>(key)).Value);
    }

    [Fact]
    public async Task A_time_beyond_what_memcached_can_be_told_is_not_expired_at_once()
    {
        var key = on.NewKey();
        await Cache.SetAsync(key, "value", TimeSpan.MaxValue);
        Assert.Equal("value", (await Cache.GetAsync<string>(key)).Value);
        Assert.True(await on.SecondsLeftAsync(key) > TimeSpan.FromDays(365).TotalSeconds);
    }

    [Fact]
    public async Task A_fraction_of_a_second_is_not_for_ever()
    {
        var key = on.NewKey();
        await Cache.SetAsync(key, "value", TimeSpan.FromMilliseconds(1));
        // Gone already, or in its only second.
        Assert.InRange(await on.SecondsLeftAsync(key) ?? 0, 0, 1);
    }

    [Fact]
    public async Task A_touch_gives_an_item_a_new_time()
    {
        var key = on.NewKey();
        Assert.Equal(CacheOutcome.NotFound, (await Cache.TouchAsync(key, Short)).Outcome);
        await Cache.SetAsync(key, "value", Short);
        var touched = await Cache.TouchAsync(key, Long);
        Assert.Equal(CacheOutcome.Stored, touched.Outcome);
        Assert.Equal(on.ServerOf(key), touched.Server);
        await HasLeft(key, Long);
        Assert.Equal("value", (await Cache.GetAsync<string>(key)).Value);
    }

    [Fact]
    public async Task A_get_and_touch_reads_and_gives_a_new_time()
    {
        var key = on.NewKey();
        Assert.Equal(CacheOutcome.Miss, (await Cache.GetAndTouchAsync<string>(key, Short)).Outcome);
        await Cache.SetAsync(key, "value", Short);
        var read = await Cache.GetAndTouchAsync<string>(key, Long);
        Assert.Equal("value", read.Value);
        Assert.NotEqual(0ul, read.Cas);
        await HasLeft(key, Long);
        await Cache.GetAsync<string>(key);
        await HasLeft(key, Long);
    }

    [Fact]
    public async Task Many_items_stored_at_once_all_get_their_time()
    {
        string[] keys = [on.NewKey(), on.NewKey(), on.NewKey()];
        await Cache.SetManyAsync(keys.Select(key => KeyValuePair.Create(key, "value")), Short);
        foreach (var key in keys) await HasLeft(key, Short);
    }

    // memcached's clock is a timer that ticks once a second, and late on a busy machine: against an absolute time it lags by seconds.
    // memcached looks at the clock once a second, if it is given the processor.
    private async Task HasLeft(string key, TimeSpan time) =>
        Assert.InRange((await on.SecondsLeftAsync(key))!.Value, (long)time.TotalSeconds - 100, (long)time.TotalSeconds + 10);
}

public sealed class TimesToLiveOnEmbedded(OnEmbedded on) : TimeToLiveContract(on), IClassFixture<OnEmbedded>;

public sealed class TimesToLiveOnMemcached(OnMemcached on) : TimeToLiveContract(on), IClassFixture<OnMemcached>;

public sealed class TimesToLiveOnClassicEmbedded(OnClassicEmbedded on) : TimeToLiveContract(on), IClassFixture<OnClassicEmbedded>;

public sealed class TimesToLiveOnClassicMemcached(OnClassicMemcached on) : TimeToLiveContract(on), IClassFixture<OnClassicMemcached>;

public sealed class TimesToLiveOnBinaryMemcached(OnBinaryMemcached on) : TimeToLiveContract(on), IClassFixture<OnBinaryMemcached>;

public sealed class TimesToLiveOnTwemproxy(OnTwemproxy on) : TimeToLiveContract(on), IClassFixture<OnTwemproxy>;
