namespace ActorCache.Tests;

/// <summary>Whether the process that answers now is another one than before, and empty. When in doubt, it is not.</summary>
public class ServerHistoryTests
{
    // Process 7 had been up for 1000 s when it was connected to at 100 s, and was lost at 400 s.
    private static readonly ServerHistory Lost = new()
    {
        Identity = new ServerIdentity(7, TimeSpan.FromSeconds(1_000)), ConnectedAt = TimeSpan.FromSeconds(100), LostAt = TimeSpan.FromSeconds(400),
    };

    [Theory]
    [InlineData(8, 0, 500, true)]       // Young.
    [InlineData(8, 100, 500, true)]     // Started as the connection was lost.
    [InlineData(8, 110, 500, true)]     // memcached's clock counts whole seconds and starts early, and a loss is seen late.
    [InlineData(8, 111, 500, false)]    // Another process, that was there before the loss: what did it hear meanwhile?
    [InlineData(8, 100_000, 500, false)]
    [InlineData(7, 1_400, 500, false)]  // The same one, and its clock has gone on.
    [InlineData(7, 1_300, 500, false)]  // It was stopped: it shows the time before it was.
    [InlineData(7, 1_300, 100_000, false)] // Its machine slept: it never counts the sleep.
    [InlineData(7, 1_290, 500, false)]  // Off by no more than clocks may be.
    [InlineData(7, 1_289, 500, true)]   // A process cannot grow younger: another one has got the same number.
    [InlineData(7, 0, 500, true)]       // In a container every process has number 1.
    [InlineData(7, 5, 401, true)]
    public void The_process_that_answers_has_restarted_only_if_it_cannot_be_the_one_that_was_lost(long pid, int uptime, int now, bool restarted) =>
        Assert.Equal(restarted, Lost.HasRestarted(new ServerIdentity(pid, TimeSpan.FromSeconds(uptime)), TimeSpan.FromSeconds(now)));

    [Fact]
    public void A_server_that_did_not_say_who_it_was_or_does_not_now_is_not_known_to_have_restarted()
    {
        var young = new ServerIdentity(8, TimeSpan.Zero);
        Assert.False(Lost.HasRestarted(null, TimeSpan.FromSeconds(500)));
        Assert.False((Lost with { Identity = null }).HasRestarted(young, TimeSpan.FromSeconds(500)));
        Assert.False((Lost with { LostAt = null }).HasRestarted(young, TimeSpan.FromSeconds(500)));
        Assert.False(ServerHistory.New.HasRestarted(young, TimeSpan.FromSeconds(500)));
    }
}
