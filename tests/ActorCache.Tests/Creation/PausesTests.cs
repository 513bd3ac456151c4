using Microsoft.Extensions.Time.Testing;

namespace ActorCache.Tests;

/// <summary>How long one waits between two looks.</summary>
public class PausesTests
{
    [Fact]
    public void Pauses_grow_from_some_milliseconds_to_a_tenth_of_a_second_and_are_no_ones_in_common()
    {
        var time = new FakeTimeProvider();
        var (first, last) = (new List<double>(), new List<double>());
        for (var i = 0; i < 50; i++)
        {
            var pauses = new Pauses(time);
            for (var n = 0; n < 20; n++)
            {
                var began = time.GetTimestamp();
                var pause = pauses.NextAsync(CancellationToken.None);
                while (!pause.IsCompleted) time.Advance(TimeSpan.FromMilliseconds(0.25));
                (n == 0 ? first : n >= 10 ? last : []).Add(time.GetElapsedTime(began).TotalMilliseconds);
            }
        }
        Assert.All(first, pause => Assert.InRange(pause, 2, 5.5));
        Assert.All(last, pause => Assert.InRange(pause, 49, 100.5));
        Assert.InRange(last.Distinct().Count(), 50, int.MaxValue);
    }
}
