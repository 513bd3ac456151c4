namespace ActorCache.Transport.Tests;

/// <summary>Who shares timeouts, and who has some of its own.</summary>
public class TimeoutsTests
{
    [Fact]
    public void Copies_of_options_follow_a_change_and_those_with_a_time_of_their_own_do_not()
    {
        var options = new ConnectionOptions { ConnectTimeout = TimeSpan.FromSeconds(1), ReadTimeout = TimeSpan.FromSeconds(2) };
        var copy = options with { KeysOnly = true };
        var own = options with { ReadTimeout = TimeSpan.FromSeconds(3) };
        (options.Timeouts.Connect, options.Timeouts.Read) = (TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(5));
        Assert.Equal((4, 5), (copy.ConnectTimeout.TotalSeconds, copy.ReadTimeout.TotalSeconds));
        Assert.Equal((1, 3), (own.ConnectTimeout.TotalSeconds, own.ReadTimeout.TotalSeconds));
    }

    [Fact]
    public void Both_are_half_a_second_unless_said_otherwise()
    {
        Assert.Equal((500, 500), (new Timeouts().Connect.TotalMilliseconds, new Timeouts().Read.TotalMilliseconds));
        Assert.NotSame(new ConnectionOptions().Timeouts, new ConnectionOptions().Timeouts);
    }
}
