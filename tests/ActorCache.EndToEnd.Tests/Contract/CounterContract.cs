namespace ActorCache.EndToEnd.Tests.Contract;

/// <summary>Counters: what they count, where they end, and what is none.</summary>
public abstract class CounterContract(PoolFixture on)
{
    private IActorCache Cache => on.Cache;

    [Fact]
    public async Task A_counter_counts_up_and_down()
    {
        var key = on.NewKey();
        await Cache.SetAsync(key, 10);
        Assert.Equal(11ul, (await Counted(Cache.IncrementAsync(key))).Value);
        Assert.Equal(111ul, (await Counted(Cache.IncrementAsync(key, by: 100))).Value);
        Assert.Equal(110ul, (await Counted(Cache.DecrementAsync(key))).Value);
        var last = await Counted(Cache.DecrementAsync(key, by: 103));
        Assert.Equal(7ul, last.Value);
        Assert.Equal(on.ServerOf(key), last.Server);
        Assert.False(last.MayHaveBeenApplied);
        Assert.Equal(7, (await Cache.GetAsync<int>(key)).Value);
        Assert.Equal(7ul, (await Counted(Cache.IncrementAsync(key, by: 0))).Value);
    }

    [Fact]
    public async Task A_missing_counter_is_NotFound_and_stays_missing()
    {
        var key = on.NewKey();
        Assert.Equal(CacheOutcome.NotFound, (await Cache.IncrementAsync(key)).Outcome);
        Assert.Equal(CacheOutcome.NotFound, (await Cache.DecrementAsync(key)).Outcome);
        Assert.Equal(CacheOutcome.Miss, (await Cache.GetAsync<long>(key)).Outcome);
    }

    [Fact]
    public async Task A_missing_counter_is_created_with_its_initial_value_which_is_not_added_to()
    {
        var key = on.NewKey();
        Assert.Equal(5ul, (await Counted(Cache.IncrementAsync(key, by: 3, initial: 5))).Value);
        Assert.Equal(8ul, (await Counted(Cache.IncrementAsync(key, by: 3, initial: 5))).Value);

        var other = on.NewKey();
        Assert.Equal(ulong.MaxValue, (await Counted(Cache.DecrementAsync(other, initial: ulong.MaxValue))).Value);
        Assert.Equal(ulong.MaxValue - 1, (await Counted(Cache.DecrementAsync(other, initial: ulong.MaxValue))).Value);
    }

    [Fact]
    public async Task A_counter_wraps_at_two_to_the_sixty_four()
    {
        var key = on.NewKey();
        await Cache.SetAsync(key, ulong.MaxValue);
        Assert.Equal(0ul, (await Counted(Cache.IncrementAsync(key))).Value);
        Assert.Equal(ulong.MaxValue, (await Counted(Cache.IncrementAsync(key, by: ulong.MaxValue))).Value);
        Assert.Equal(4ul, (await Counted(Cache.IncrementAsync(key, by: 5))).Value);
    }

    [Fact]
    public async Task A_counter_stops_at_zero()
    {
        var key = on.NewKey();
        await Cache.SetAsync(key, 3);
        Assert.Equal(0ul, (await Counted(Cache.DecrementAsync(key, by: 5))).Value);
        Assert.Equal(0ul, (await Counted(Cache.DecrementAsync(key, by: ulong.MaxValue))).Value);
        Assert.Equal(1ul, (await Counted(Cache.IncrementAsync(key))).Value);
    }

    [Fact]
    public async Task A_counter_that_has_become_shorter_still_reads_as_a_number()
    {
        var key = on.NewKey();
        await Cache.SetAsync(key, 100_000);
        await Counted(Cache.DecrementAsync(key, by: 99_999));
        Assert.Equal(1, (await Cache.GetAsync<int>(key)).Value);
        Assert.Equal(1ul, (await Cache.GetAsync<ulong>(key)).Value);
    }

    [Theory]
    [InlineData("")]
    [InlineData("text")]
    [InlineData("-1")]
    [InlineData("1.5")]
    [InlineData("18446744073709551616")]
    public async Task What_is_not_a_number_is_NotANumber_and_stays_as_it_is(string value)
    {
        var key = on.NewKey();
        await Cache.SetAsync(key, value);
        Assert.Equal(CacheOutcome.NotANumber, (await Cache.IncrementAsync(key)).Outcome);
        Assert.Equal(CacheOutcome.NotANumber, (await Cache.DecrementAsync(key)).Outcome);
        Assert.Equal(value, (await Cache.GetAsync<string>(key)).Value);
        Assert.DoesNotContain(on.Pool.Log.Events, happened => happened is ServerEvent.Suspected);
    }

    [Fact]
    public async Task A_time_to_live_goes_to_the_counter_that_is_created_or_to_the_one_that_is_there()
    {
        var created = on.NewKey();
        await Counted(Cache.IncrementAsync(created, initial: 1, ttl: TimeSpan.FromSeconds(1000)));
        Assert.InRange((await on.SecondsLeftAsync(created))!.Value, 900, 1000);

        var there = on.NewKey();
        await Cache.SetAsync(there, 1);
        await Counted(Cache.IncrementAsync(there));
        Assert.Equal(-1, await on.SecondsLeftAsync(there));
        await Counted(Cache.IncrementAsync(there, ttl: TimeSpan.FromSeconds(1000)));
        Assert.InRange((await on.SecondsLeftAsync(there))!.Value, 900, 1000);
    }

    [Fact]
    public async Task Callers_who_count_at_once_are_all_counted()
    {
        var key = on.NewKey();
        var counts = await Task.WhenAll(Enumerable.Range(0, 64).Select(async _ =>
        {
            var seen = new List<ulong>();
            for (var i = 0; i < 25; i++) seen.Add((await Counted(Cache.IncrementAsync(key, initial: 1))).Value);
            return seen;
        })).Patiently();
        Assert.Equal(Enumerable.Range(1, 64 * 25).Select(n => (ulong)n), counts.SelectMany(seen => seen).Order());
    }

    private static async Task<CounterResult> Counted(ValueTask<CounterResult> call)
    {
        var result = await call;
        Assert.Equal(CacheOutcome.Stored, result.Outcome);
        Assert.True(result.IsCounted);
        return result;
    }
}

public sealed class CountersOnEmbedded(OnEmbedded on) : CounterContract(on), IClassFixture<OnEmbedded>;

public sealed class CountersOnMemcached(OnMemcached on) : CounterContract(on), IClassFixture<OnMemcached>;

public sealed class CountersOnClassicEmbedded(OnClassicEmbedded on) : CounterContract(on), IClassFixture<OnClassicEmbedded>;

public sealed class CountersOnClassicMemcached(OnClassicMemcached on) : CounterContract(on), IClassFixture<OnClassicMemcached>;

public sealed class CountersOnBinaryMemcached(OnBinaryMemcached on) : CounterContract(on), IClassFixture<OnBinaryMemcached>;

public sealed class CountersOnTwemproxy(OnTwemproxy on) : CounterContract(on), IClassFixture<OnTwemproxy>;
