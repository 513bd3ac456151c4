using System.Text;
using ActorCache.Protocol;
using ActorCache.Transport;

namespace ActorCache.Tests;

/// <summary>Two lines of stats say which process answers; a server that has others, or none, is not asked again.</summary>
public class IdentityOperationTests
{
    private readonly FakeConnection _connection = new("a");

    [Fact]
    public async Task A_server_says_its_process_and_how_long_it_has_been_up()
    {
        var (asking, question) = Ask();
        Assert.Equal((RequestKind.Stats, "stats\r\n"), (question.Kind, question.Text));
        Hear(question, "STAT pid 4711", "STAT uptime 86400", "STAT time 1893456000", "STAT version 1.6.18", "STAT pointer_size 64", "END");
        Assert.Equal(new ServerIdentity(4711, TimeSpan.FromDays(1)), await asking.Soon());
    }

    [Theory]
    [InlineData("END")]
    [InlineData("STAT pid 1", "END")]
    [InlineData("STAT uptime 5", "END")]
    [InlineData("STAT pid one", "STAT uptime 5", "END")]
    [InlineData("STAT pidx 1", "STAT uptime_x 5", "END")]
    [InlineData("STAT pid 99999999999999999999", "STAT uptime 5", "END")]
    [InlineData("SERVER_ERROR not now")]
    [InlineData("ERROR")]
    public async Task A_server_that_does_not_say_is_nobody_in_particular(params string[] lines)
    {
        var (asking, question) = Ask();
        Hear(question, lines);
        Assert.Null(await asking.Soon());
    }

    [Theory]
    [InlineData("-1", 0)]
    [InlineData("9999999999999", int.MaxValue)]
    public async Task A_figure_beyond_reason_is_cut_to_it(string uptime, int seconds)
    {
        var (asking, question) = Ask();
        Hear(question, "STAT pid 1", $"STAT uptime {uptime}", "END");
        Assert.Equal(new ServerIdentity(1, TimeSpan.FromSeconds(seconds)), await asking.Soon());
    }

    [Fact]
    public async Task A_connection_that_ends_before_the_answer_is_a_failed_handshake_with_its_reason()
    {
        var (asking, question) = Ask();
        _connection.Close(new ConnectionClosed(CloseReason.Lost, "reset by peer"));
        question.End(AttemptEnd.Unanswered);
        var failed = await Assert.ThrowsAsync<ConnectException>(() => asking.Soon());
        Assert.Equal(new ConnectionClosed(CloseReason.HandshakeFailed, "reset by peer"), failed.End);
    }

    [Fact]
    public async Task No_answer_in_time_is_a_failed_handshake()
    {
        var (asking, question) = Ask();
        Assert.Equal((5L, 105L), (question.AttemptStarted, question.Deadline));
        question.End(AttemptEnd.TimedOut);
        var failed = await Assert.ThrowsAsync<ConnectException>(() => asking.Soon());
        Assert.Equal(new ConnectionClosed(CloseReason.HandshakeFailed, "no answer to stats"), failed.End);
    }

    [Fact]
    public async Task A_connection_that_takes_nothing_any_more_is_a_failed_handshake()
    {
        _connection.Close(new ConnectionClosed(CloseReason.Lost, "gone"));
        var failed = await Assert.ThrowsAsync<ConnectException>(() => new IdentityOperation(0, 100).AskAsync(_connection, default).Soon());
        Assert.Equal(new ConnectionClosed(CloseReason.HandshakeFailed, "gone"), failed.End);
    }

    [Fact]
    public async Task A_dial_that_is_given_up_waits_no_longer()
    {
        using var givenUp = new CancellationTokenSource();
        var asking = new IdentityOperation(0, 100).AskAsync(_connection, givenUp.Token);
        await givenUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking.Soon());
    }

    private (Task<ServerIdentity?> Asking, Request Question) Ask()
    {
        var asking = new IdentityOperation(now: 5, patience: 100).AskAsync(_connection, default);
        return (asking, Assert.Single(_connection.Accepted));
    }

    // Line by line, as a connection hears them.
    private static void Hear(Request question, params string[] lines)
    {
        var operation = question.Take();
        foreach (var line in lines)
        {
            Assert.True(ReplyReader.TryRead(Encoding.ASCII.GetBytes(line + "\r\n"), out var reply, out _, out _));
            operation.OnReply(in reply);
        }
        operation.Complete();
    }
}
