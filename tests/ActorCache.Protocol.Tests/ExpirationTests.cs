using CsCheck;

namespace ActorCache.Protocol.Tests;

/// <summary>A time to live on its way to memcached's <c>exptime</c>: never shorter than asked, at most a second longer.</summary>
public sealed class ExpirationTests
{
    private const int Month = 30 * 24 * 60 * 60;
    private static readonly DateTimeOffset Now = new(2026, 3, 14, 15, 9, 26, TimeSpan.Zero);

    [Fact]
    public void No_time_to_live_is_for_ever() => Assert.Equal(0, Expiration.From(null, Now));

    [Theory]
    [InlineData(0.25, 1)]
    [InlineData(0.0000001, 1)]
    [InlineData(1, 1)]
    [InlineData(1.0000001, 2)]
    [InlineData(59.5, 60)]
    [InlineData(3600, 3600)]
    [InlineData(Month - 0.5, Month)]
    [InlineData(Month, Month)]
    public void Up_to_thirty_days_are_relative_seconds_rounded_up(double seconds, int exptime) =>
        Assert.Equal(exptime, Expiration.From(TimeSpan.FromTicks((long)(seconds * TimeSpan.TicksPerSecond)), Now));

    [Fact]
    public void A_second_past_thirty_days_is_an_absolute_time() =>
        Assert.Equal(Now.ToUnixTimeSeconds() + Month + 1, Expiration.From(TimeSpan.FromSeconds(Month + 1), Now));

    [Fact]
    public void An_absolute_time_counts_from_the_fraction_of_the_present_second()
    {
        var late = Now.AddMilliseconds(900);

        Assert.Equal(Now.ToUnixTimeSeconds() + Month + 2, Expiration.From(TimeSpan.FromSeconds(Month + 1), late));
    }

    [Fact]
    public void The_offset_of_the_clock_does_not_matter() => Assert.Equal(
        Expiration.From(TimeSpan.FromDays(31), Now),
        Expiration.From(TimeSpan.FromDays(31), Now.ToOffset(TimeSpan.FromHours(9))));

    // memcached 1.6.18 expires anything at or past 2^31 at once and says "stored".
    [Fact]
    public void Ttl_2038()
    {
        Assert.Equal(int.MaxValue, Expiration.From(new DateTimeOffset(2150, 1, 1, 0, 0, 0, TimeSpan.Zero) - Now, Now));
        Assert.Equal(int.MaxValue, Expiration.From(TimeSpan.MaxValue, Now));
        Assert.Equal(int.MaxValue, Expiration.From(TimeSpan.MaxValue, DateTimeOffset.MaxValue));
        Assert.Equal(int.MaxValue, Expiration.From(TimeSpan.MaxValue, DateTimeOffset.UnixEpoch));

        var last = DateTimeOffset.FromUnixTimeSeconds(int.MaxValue);
        Assert.Equal(int.MaxValue - 1, Expiration.From(last.AddSeconds(-1) - Now, Now));
        Assert.Equal(int.MaxValue, Expiration.From(last - Now, Now));
        Assert.Equal(int.MaxValue, Expiration.From(last.AddSeconds(1) - Now, Now));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(long.MinValue)]
    public void Zero_and_less_are_refused_by_name(long ticks)
    {
        var refused = Assert.Throws<ArgumentOutOfRangeException>("ttl", () => Expiration.From(TimeSpan.FromTicks(ticks), Now));
        Assert.Contains("above zero", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_item_lives_as_long_as_asked_and_less_than_a_second_longer()
    {
        var ttls = Gen.Long[1, TimeSpan.FromDays(4000).Ticks].Select(TimeSpan.FromTicks);
        var near = Gen.Long[1, TimeSpan.FromDays(60).Ticks].Select(TimeSpan.FromTicks);
        var around = Gen.Long[-20_000_000, 20_000_000].Select(t => TimeSpan.FromDays(30) + TimeSpan.FromTicks(t));
        var nows = Gen.Long[DateTimeOffset.UnixEpoch.Ticks, Now.Ticks].Select(t => new DateTimeOffset(t, TimeSpan.Zero));

        Gen.OneOf<TimeSpan>(ttls, near, around).Select(nows).Sample(
            (ttl, now) =>
            {
                var exptime = Expiration.From(ttl, now);
                var wanted = now + ttl;
                var expires = exptime > Month ? DateTimeOffset.FromUnixTimeSeconds(exptime) : now.AddSeconds(exptime);

                Assert.NotEqual(Expiration.Never, exptime);
                Assert.InRange(expires, wanted, wanted.AddSeconds(1));
            },
            iter: 20_000);
    }
}
