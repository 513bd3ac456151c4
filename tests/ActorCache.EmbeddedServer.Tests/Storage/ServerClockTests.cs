using ActorCache.EmbeddedServer.Storage;
using Microsoft.Extensions.Time.Testing;

namespace ActorCache.EmbeddedServer.Tests.Storage;

public sealed class ServerClockTests
{
    private static readonly DateTimeOffset _start = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private readonly FakeTimeProvider _time = new(_start);

    [Fact]
    public void Seconds_go_up_and_are_never_zero()
    {
        var clock = new ServerClock(_time);
        var first = clock.Now;
        Assert.True(first > 1);
        _time.Advance(TimeSpan.FromSeconds(7.5));
        Assert.Equal((first + 7, 7L, _start.ToUnixTimeSeconds() + 7), (clock.Now, clock.Uptime, clock.UnixTime));
    }

    [Fact]
    public void Zero_is_never()
        => Assert.Equal(0u, new ServerClock(_time).Expiry(0));

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2_592_000, 2_592_000)]
    public void Up_to_thirty_days_a_time_is_relative(int exptime, int seconds)
    {
        var clock = new ServerClock(_time);
        _time.Advance(TimeSpan.FromSeconds(100));
        Assert.Equal(clock.Now + (uint)seconds, clock.Expiry(exptime));
    }

    [Fact]
    public void Above_it_is_unix_time()
    {
        var clock = new ServerClock(_time);
        _time.Advance(TimeSpan.FromSeconds(100));
        Assert.Equal(clock.Now + 50, clock.Expiry((int)_start.ToUnixTimeSeconds() + 150));
        Assert.True(clock.Expiry(int.MaxValue) > clock.Now);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(int.MinValue)]
    [InlineData(2_592_001)]
    public void What_is_past_is_past(int exptime)
    {
        var clock = new ServerClock(_time);
        Assert.InRange(clock.Expiry(exptime), 1u, clock.Now);
    }

    [Fact]
    public void A_jump_of_the_wall_clock_moves_nothing()
    {
        var time = new JumpingTimeProvider();
        var clock = new ServerClock(time);
        var (now, expiry) = (clock.Now, clock.Expiry(60));
        time.WallClock += TimeSpan.FromHours(1);
        Assert.Equal((now, expiry), (clock.Now, clock.Expiry(60)));
    }

    private sealed class JumpingTimeProvider : TimeProvider
    {
        public DateTimeOffset WallClock { get; set; } = _start;

        public override DateTimeOffset GetUtcNow() => WallClock;

        public override long GetTimestamp() => 1;
    }
}
