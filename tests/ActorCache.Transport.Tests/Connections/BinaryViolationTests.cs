using ActorCache.Protocol;

namespace ActorCache.Transport.Tests;

/// <summary>As <see cref="ViolationTests"/>, in the binary dialect: a peer that lies loses the connection, and nobody gets what it said.</summary>
public sealed class BinaryViolationTests
{
    private static readonly ConnectionOptions Binary = new() { Dialect = Dialect.Binary, MaxValueBytes = 1 << 20 };

    public static TheoryData<string> Lies => new()
    {
        BinaryFrame.Hit(2, "SECRET", "SECRET"),                                     // the next one's opaque
        BinaryFrame.Hit(0, "SECRET", "SECRET"),                                     // the last one's
        BinaryFrame.Hit(65_535, "SECRET", "SECRET"),
        BinaryFrame.Hit(1, "other", "SECRET"),                                      // another key
        BinaryFrame.Hit(1, "SECRE", "SECRET"),
        BinaryFrame.Reply(BinaryFrame.GetK, 1, status: 1, key: "other"),
        BinaryFrame.Reply(BinaryFrame.GetK, 1, status: 1, value: "Not found"),
        BinaryFrame.Reply(BinaryFrame.Set, 1),                                      // another command
        BinaryFrame.Reply(BinaryFrame.Touch, 1, extras: "\0\0\0\0"),
        BinaryFrame.Reply(BinaryFrame.Delete, 1, status: 1, value: "Not found"),
        BinaryFrame.Reply(BinaryFrame.Stat, 1, key: "pid", value: "1"),
        BinaryFrame.Reply(BinaryFrame.SaslAuth, 1, value: "Authenticated"),
        BinaryFrame.Reply(BinaryFrame.Set, 1, status: 0x82, value: "Out of memory"), // errors too say whose they are
        BinaryFrame.Reply(BinaryFrame.GetK, 2, status: 0x82, value: "Out of memory"),
        BinaryFrame.Request(BinaryFrame.GetK, 1, "SECRET"),                         // an echo of the request
        "ERROR Too many open connections\r\n",
        "\0",
        "\u0081\u000c\0\u0006\u0004\0\0\0\u007f\u00ff\u00ff\u00ff\0\0\0\u0001\0\0\0\0\0\0\0\u0001", // lengths that lie
        "\u0081\u000c\0\u0006\u0004\0\0\0\0\0\0\u0009\0\0\0\u0001\0\0\0\0\0\0\0\u0001",
        "\u0081\u000c\0\u0006\u00ff\0\0\0\0\0\u00ff\u00ff\0\0\0\u0001\0\0\0\0\0\0\0\u0001",
        "\u0081\u000c\0\u0006\u0004\0\0\0\0\u0010\u0040\u0000\0\0\0\u0001\0\0\0\0\0\0\0\u0001", // a value over MaxValueBytes
    };

    [Theory]
    [MemberData(nameof(Lies))]
    public async Task What_is_no_answer_to_a_get_ends_the_connection_and_everyone_in_flight_once(string reply)
    {
        var live = await LiveConnection.Start(Binary);
        TestOperation[] inFlight = [live.Get("SECRET"), live.Ask(RequestKind.Store), live.Get("other")];

        live.Wire.Say(reply);

        var end = await live.Closed;
        Assert.Equal(CloseReason.ProtocolViolation, end.Reason);
        Assert.DoesNotContain("SECRET", end.Detail, StringComparison.Ordinal);
        foreach (var operation in inFlight) await LiveConnection.AssertEnds(operation, AttemptEnd.Unanswered);
        Assert.Equal(SendOutcome.Closed, live.TryGet());
        Assert.True(live.Wire.IsDisposed);
    }

    [Fact]
    public async Task A_second_reply_to_one_request_ends_the_connection_but_not_the_first_answer()
    {
        var live = await LiveConnection.Start(Binary);
        var (a, b) = (live.Get("a"), live.Get("b"));

        live.Wire.Say(BinaryFrame.Hit(1, "a", "of a") + BinaryFrame.Hit(1, "a", "of a") + BinaryFrame.Hit(2, "b", "of b"));

        await LiveConnection.AssertAnswered(a, "of a");
        await LiveConnection.AssertEnds(b, AttemptEnd.Unanswered);
        Assert.Equal(CloseReason.ProtocolViolation, (await live.Closed).Reason);
    }

    [Fact]
    public async Task A_reply_that_nobody_asked_for_ends_the_connection()
    {
        var live = await LiveConnection.Start(Binary);
        live.Wire.Say(BinaryFrame.Reply(BinaryFrame.NoOp, 1));
        Assert.Equal(CloseReason.ProtocolViolation, (await live.Closed).Reason);
    }

    [Fact]
    public async Task A_server_that_does_not_know_any_more_who_is_there_ends_the_connection_with_that_reason()
    {
        var live = await LiveConnection.Start(Binary);
        var operation = live.Get("k");
        live.Wire.Say(BinaryFrame.Reply(BinaryFrame.GetK, 1, status: 0x20, value: "Auth failure."));
        Assert.Equal(CloseReason.AuthenticationFailed, (await live.Closed).Reason);
        await LiveConnection.AssertEnds(operation, AttemptEnd.Unanswered);
    }

    [Theory]
    [InlineData(RequestKind.Get, BinaryFrame.GetK)]
    [InlineData(RequestKind.Touch, BinaryFrame.Touch)]
    [InlineData(RequestKind.Store, BinaryFrame.Set)]
    [InlineData(RequestKind.Delete, BinaryFrame.Delete)]
    [InlineData(RequestKind.Arithmetic, BinaryFrame.Increment)]
    [InlineData(RequestKind.NoOp, BinaryFrame.NoOp)]
    [InlineData(RequestKind.Version, BinaryFrame.Version)]
    [InlineData(RequestKind.FlushAll, BinaryFrame.Flush)]
    [InlineData(RequestKind.Stats, BinaryFrame.Stat)]
    public async Task An_error_is_an_answer_to_anything_and_leaves_the_connection_to_the_others(RequestKind kind, int opcode)
    {
        await AssertIsAnAnswer(kind, BinaryFrame.Reply(opcode, 1, status: 0x82, value: "Out of memory"), ReplyCode.ServerError, "Out of memory");
        await AssertIsAnAnswer(kind, BinaryFrame.Reply(opcode, 1, status: 0x04, value: "Invalid arguments"), ReplyCode.ClientError, "Invalid arguments");
        await AssertIsAnAnswer(kind, BinaryFrame.Reply(opcode, 1, status: 0x81, value: "Unknown command"), ReplyCode.ServerError, "Unknown command");
    }

    [Fact]
    public async Task Figures_come_one_by_one_and_end_once_and_are_swallowed_when_nobody_waits_any_more()
    {
        var live = await LiveConnection.Start(Binary);
        var (stats, next) = (live.Ask(RequestKind.Stats), live.Get("next"));
        var figure = BinaryFrame.Reply(BinaryFrame.Stat, 1, key: "pid", value: "1");
        live.Wire.Say(figure + figure[..26]);
        live.Wire.Say(figure[26..] + BinaryFrame.Reply(BinaryFrame.Stat, 1) + BinaryFrame.Hit(2, "next", "of next"));
        Assert.Equal(ReplyCode.End, (await stats.Ended.Soon()).Answer);
        Assert.Equal(["pid 1", "pid 1"], stats.Lines);
        await LiveConnection.AssertAnswered(next, "of next");

        var (abandoned, last) = (live.Ask(RequestKind.Stats), live.Get("last"));
        Assert.True(abandoned.TakeBack());
        live.Wire.Say(BinaryFrame.Reply(BinaryFrame.Stat, 3, key: "pid", value: "1") + BinaryFrame.Reply(BinaryFrame.Stat, 3) + BinaryFrame.Hit(4, "last", "of last"));
        await LiveConnection.AssertAnswered(last, "of last");
        Assert.Empty(abandoned.Lines);
    }

    [Fact]
    public async Task A_figure_of_another_opaque_ends_the_connection()
    {
        var live = await LiveConnection.Start(Binary);
        var stats = live.Ask(RequestKind.Stats);
        live.Wire.Say(BinaryFrame.Reply(BinaryFrame.Stat, 2, key: "pid", value: "1"));
        Assert.Equal(CloseReason.ProtocolViolation, (await live.Closed).Reason);
        await LiveConnection.AssertEnds(stats, AttemptEnd.Unanswered);
    }

    private static async Task AssertIsAnAnswer(RequestKind kind, string reply, ReplyCode code, string text)
    {
        var live = await LiveConnection.Start(Binary);
        var (operation, next) = (live.Ask(kind), live.Get("next"));
        live.Wire.Say(reply);
        live.Wire.Say(BinaryFrame.Hit(2, "next", "of next"));
        var ending = await operation.Ended.Soon();
        Assert.Equal((code, text), (ending.Answer, ending.Text));
        await LiveConnection.AssertAnswered(next, "of next");
        Assert.False(live.Connection.Completion.IsCompleted);
    }
}
