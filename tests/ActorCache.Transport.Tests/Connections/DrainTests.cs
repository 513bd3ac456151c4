namespace ActorCache.Transport.Tests;

/// <summary>A connection that is told to drain finishes what it has, takes nothing new, and does not wait for ever.</summary>
public sealed class DrainTests
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task With_nothing_in_flight_it_closes_at_once()
    {
        var live = await LiveConnection.Start();

        Assert.True(await live.Connection.DrainAsync(Long).Soon());

        Assert.Equal(CloseReason.Closed, (await live.Closed).Reason);
    }

    [Fact]
    public async Task It_refuses_the_new_finishes_the_old_and_closes()
    {
        var live = await LiveConnection.Start();
        var (a, b) = (live.Get("a"), live.Get("b"));

        var draining = live.Connection.DrainAsync(Long);
        Assert.Equal(SendOutcome.Closed, live.TryGet());
        live.SayHits(("a", 1));
        Assert.False(live.Connection.Completion.IsCompleted);
        live.SayHits(("b", 2));

        Assert.True(await draining.Soon());
        await LiveConnection.AssertAnswered(a, "a");
        await LiveConnection.AssertAnswered(b, "b");
        Assert.Equal(CloseReason.Closed, (await live.Closed).Reason);
    }

    [Fact]
    public async Task What_waits_to_be_sent_is_sent_first()
    {
        var live = await LiveConnection.Start();
        live.Wire.HoldSends();
        live.Get("a");
        var waiting = live.Get("b");

        var draining = live.Connection.DrainAsync(Long);
        live.Wire.ReleaseSends();
        await live.Wire.NextSend();
        Assert.Equal("mg b v f k c O2\r\n", await live.Wire.NextSend());
        live.SayHits(("a", 1), ("b", 2));

        await draining.Soon();
        await LiveConnection.AssertAnswered(waiting, "b");
    }

    [Fact]
    public async Task Abandoned_operations_are_waited_for_as_well()
    {
        var live = await LiveConnection.Start();
        live.Get("a").TakeBack();

        var draining = live.Connection.DrainAsync(Long);
        Assert.False(draining.IsCompleted);
        live.SayHits(("a", 1));

        Assert.True(await draining.Soon());
    }

    [Fact]
    public async Task It_gives_up_when_patience_is_over()
    {
        var live = await LiveConnection.Start(new ConnectionOptions { ReadTimeout = TimeSpan.FromHours(1) });
        var operation = live.Get("a");

        var draining = live.Connection.DrainAsync(TimeSpan.FromSeconds(5));
        live.Pass(4_900);
        Assert.False(draining.IsCompleted);
        live.Pass(200);

        Assert.False(await draining.Soon());
        await LiveConnection.AssertEnds(operation, AttemptEnd.Unanswered);
        Assert.Equal(CloseReason.Closed, (await live.Closed).Reason);
    }

    [Fact]
    public async Task No_patience_is_an_end_at_once()
    {
        var live = await LiveConnection.Start();
        var operation = live.Get("a");

        Assert.False(await live.Connection.DrainAsync(TimeSpan.Zero).Soon());

        await LiveConnection.AssertEnds(operation, AttemptEnd.Unanswered);
    }

    [Fact]
    public async Task A_connection_that_is_lost_meanwhile_has_ended_undrained()
    {
        var live = await LiveConnection.Start();
        live.Get("a");

        var draining = live.Connection.DrainAsync(Long);
        live.Wire.End();

        Assert.False(await draining.Soon());
        Assert.Equal(CloseReason.Lost, (await live.Closed).Reason);
    }

    [Fact]
    public async Task An_answer_to_another_question_drains_nothing()
    {
        var live = await LiveConnection.Start();
        live.Get("a");

        var draining = live.Connection.DrainAsync(Long);
        live.SayHits(("b", 1));

        Assert.False(await draining.Soon());
        Assert.Equal(CloseReason.ProtocolViolation, (await live.Closed).Reason);
    }

    [Fact]
    public async Task Draining_twice_and_after_the_end_is_the_same_as_once()
    {
        var live = await LiveConnection.Start();
        var operation = live.Get("a");
        var both = Task.WhenAll(live.Connection.DrainAsync(Long), live.Connection.DrainAsync(Long));
        live.SayHits(("a", 1));

        await both.Soon();
        await live.Connection.DrainAsync(Long).Soon();
        await LiveConnection.AssertAnswered(operation, "a");
    }
}
