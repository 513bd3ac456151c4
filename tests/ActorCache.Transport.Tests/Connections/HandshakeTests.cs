namespace ActorCache.Transport.Tests;

/// <summary>A connection is one only when <c>mn</c> has been answered. On the wire; over sockets see <see cref="ConnectTests"/>.</summary>
public sealed class HandshakeTests
{
    [Fact]
    public async Task It_is_over_when_the_answer_has_come()
    {
        var live = LiveConnection.NotStarted();

        var starting = live.Connection.StartAsync(CancellationToken.None);

        Assert.Equal("mn\r\n", await live.Wire.NextSend());
        Assert.False(starting.IsCompleted);
        live.Wire.Say("M");
        live.Wire.Say("N\r\n");
        await starting.Soon();
        Assert.Equal(0, live.Connection.InFlight);
    }

    [Fact]
    public async Task A_peer_that_is_gone_before_the_first_request_is_found_out_at_once()
    {
        var live = LiveConnection.NotStarted();
        live.Wire.End();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => live.Connection.StartAsync(CancellationToken.None).Soon());

        Assert.Equal(CloseReason.Lost, (await live.Closed).Reason);
    }

    [Fact]
    public async Task A_server_that_refuses_before_it_is_asked_is_found_out_at_once()
    {
        var live = LiveConnection.NotStarted();
        live.Wire.Say("ERROR Too many open connections\r\n");

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => live.Connection.StartAsync(CancellationToken.None).Soon());

        var end = await live.Closed;
        Assert.Equal(CloseReason.ProtocolViolation, end.Reason);
        Assert.Contains("Too many open connections", end.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ERROR\r\n")]
    [InlineData("HTTP/1.1 400 Bad Request\r\n")]
    [InlineData("OK\r\n")]
    public async Task A_wrong_answer_ends_it(string answer)
    {
        var live = LiveConnection.NotStarted();
        var starting = live.Connection.StartAsync(CancellationToken.None);

        live.Wire.Say(answer);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => starting.Soon());
        Assert.Equal(CloseReason.ProtocolViolation, (await live.Closed).Reason);
    }

    [Fact]
    public async Task No_deadline_is_watched_before_it_is_over()
    {
        var live = LiveConnection.NotStarted(new ConnectionOptions { ReadTimeout = TimeSpan.FromMilliseconds(100) });
        var starting = live.Connection.StartAsync(CancellationToken.None);

        live.Pass(1_000);
        live.Wire.Say("MN\r\n");

        await starting.Soon();
        Assert.False(live.Connection.Completion.IsCompleted);
    }
}
