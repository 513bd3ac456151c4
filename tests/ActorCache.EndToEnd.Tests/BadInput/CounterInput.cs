using ActorCache.EndToEnd.Tests.Contract;

namespace ActorCache.EndToEnd.Tests.BadInput;

/// <summary>Counters that are nearly none: spaces, lengths and ends of range. A negative step does not compile: it is unsigned.</summary>
public abstract class CounterInput(PoolFixture on)
{
    private IActorCache Cache => on.Cache;

    [Fact]
    public async Task A_space_behind_the_digits_counts()
    {
        var key = on.NewKey();
        await Cache.SetAsync(key, "1 ");
        Assert.Equal(2ul, (await Cache.IncrementAsync(key)).Value);
        Assert.Equal(2, (await Cache.GetAsync<int>(key)).Value);
    }

    [Fact]
    public async Task A_counter_keeps_its_length_when_it_goes_down_and_the_space_behind_it_disturbs_no_reader()
    {
        var key = on.NewKey();
        await Cache.SetAsync(key, 100);
        Assert.Equal(9ul, (await Cache.DecrementAsync(key, by: 91)).Value);
        Assert.Equal("9  ", (await Cache.GetAsync<string>(key)).Value);
        Assert.Equal(9, (await Cache.GetAsync<int>(key)).Value);
        Assert.Equal(10ul, (await Cache.IncrementAsync(key)).Value);
    }

    [Fact]
    public async Task A_space_behind_the_digits_counts_down_too_and_stays()
    {
        var key = on.NewKey();
        await Cache.SetAsync(key, "10 ");
        Assert.Equal(9ul, (await Cache.DecrementAsync(key)).Value);
        Assert.Equal("9  ", (await Cache.GetAsync<string>(key)).Value);
        Assert.Equal(0ul, (await Cache.DecrementAsync(key, by: ulong.MaxValue)).Value);
        Assert.Equal(0ul, (await Cache.GetAsync<ulong>(key)).Value);
    }

    [Fact]
    public async Task What_is_not_a_number_is_not_replaced_by_an_initial_value()
    {
        var key = on.NewKey();
        await Cache.SetAsync(key, "text");
        Assert.Equal(CacheOutcome.NotANumber, (await Cache.IncrementAsync(key, initial: 5)).Outcome);
        Assert.Equal(CacheOutcome.NotANumber, (await Cache.DecrementAsync(key, initial: 5, ttl: TimeSpan.FromMinutes(1))).Outcome);
        Assert.Equal("text", (await Cache.GetAsync<string>(key)).Value);
    }

    [Theory]
    [InlineData("1x")]
    [InlineData("0x10")]
    [InlineData("1,000")]
    [InlineData("\u0661")]
    [InlineData("111111111111111111111")]
    public async Task What_is_not_all_digits_is_NotANumber_and_stays(string value)
    {
        var key = on.NewKey();
        await Cache.SetAsync(key, value);
        var counted = await Cache.IncrementAsync(key);
        Assert.Equal((CacheOutcome.NotANumber, false), (counted.Outcome, counted.MayHaveBeenApplied));
        Assert.Equal(value, (await Cache.GetAsync<string>(key)).Value);
    }

    [Fact]
    public async Task Two_to_the_sixty_four_wraps_up_and_stops_down()
    {
        var key = on.NewKey();
        await Cache.SetAsync(key, ulong.MaxValue);
        Assert.Equal(0ul, (await Cache.IncrementAsync(key)).Value);
        Assert.Equal(0ul, (await Cache.DecrementAsync(key)).Value);
        Assert.Equal(ulong.MaxValue, (await Cache.IncrementAsync(key, by: ulong.MaxValue)).Value);
        Assert.Equal(CacheOutcome.NotFound, (await Cache.IncrementAsync(on.NewKey(), by: ulong.MaxValue)).Outcome);
    }
}

public sealed class CounterInputOnEmbedded(OnEmbedded on) : CounterInput(on), IClassFixture<OnEmbedded>;

public sealed class CounterInputOnMemcached(OnMemcached on) : CounterInput(on), IClassFixture<OnMemcached>;

public sealed class CounterInputOnClassicMemcached(OnClassicMemcached on) : CounterInput(on), IClassFixture<OnClassicMemcached>;

public sealed class CounterInputOnBinaryMemcached(OnBinaryMemcached on) : CounterInput(on), IClassFixture<OnBinaryMemcached>;
