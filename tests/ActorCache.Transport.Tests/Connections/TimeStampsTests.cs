using Microsoft.Extensions.Time.Testing;

namespace ActorCache.Transport.Tests;

/// <summary>Durations in a clock's own units agree with what the clock says has passed.</summary>
public sealed class TimeStampsTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(25)]
    [InlineData(500)]
    [InlineData(86_400_000)]
    public void A_duration_is_as_long_as_the_clock_measures_it(int milliseconds)
    {
        foreach (var clock in new[] { TimeProvider.System, new FakeTimeProvider() })
        {
            var span = TimeSpan.FromMilliseconds(milliseconds);
            Assert.Equal(span, clock.GetElapsedTime(0, clock.ToTimestamp(span)));
        }
    }
}
