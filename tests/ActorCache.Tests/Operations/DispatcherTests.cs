namespace ActorCache.Tests;

/// <summary>Times to live, before they are written.</summary>
public class DispatcherTests
{
    [Fact]
    public void Without_jitter_a_time_to_live_is_what_was_asked() =>
        Assert.All(Enumerable.Range(0, 100), _ => Assert.Equal(1000, Of(0).Expire(TimeSpan.FromSeconds(1000))));

    [Fact]
    public void With_jitter_it_is_spread_over_the_share_and_never_longer()
    {
        var dispatcher = Of(0.25);
        var times = Enumerable.Range(0, 2000).Select(_ => dispatcher.Expire(TimeSpan.FromSeconds(1000))).ToList();
        Assert.InRange(times.Min(), 750, 770);
        Assert.InRange(times.Max(), 980, 1000);
        Assert.InRange(times.Average(), 860, 890);
    }

    [Fact]
    public void It_is_never_none_and_for_ever_stays_for_ever()
    {
        var dispatcher = Of(1);
        Assert.All(Enumerable.Range(0, 2000), _ => Assert.InRange(dispatcher.Expire(TimeSpan.FromTicks(1 + Random.Shared.Next(3))), 1, 1));
        Assert.Equal(0, dispatcher.Expire(null));
        Assert.Throws<ArgumentOutOfRangeException>("ttl", () => dispatcher.Expire(TimeSpan.Zero));
        Assert.Throws<ArgumentOutOfRangeException>("ttl", () => dispatcher.Expire(TimeSpan.FromSeconds(-1)));
    }

    private static Dispatcher Of(double jitter) => new Pool(new ActorCacheOptions { TtlJitter = jitter }, connected: true, "a").Dispatcher;
}
