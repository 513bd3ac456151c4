using System.Net.Sockets;
using ActorCache.Protocol;

namespace ActorCache.Transport.Tests;

/// <summary>Which replies end a connection, and everyone in flight exactly once; and which are answers like any other.</summary>
public sealed class ViolationTests
{
    [Theory]
    [InlineData("VA 6 kSECRET c1 O2\r\nSECRET\r\n")]
    [InlineData("VA 6 kSECRET c1 O0\r\nSECRET\r\n")]
    [InlineData("VA 6 kSECRET c1\r\nSECRET\r\n")]
    [InlineData("VA 6 kother c1 O1\r\nSECRET\r\n")]
    [InlineData("VA 6 kSECRE c1 O1\r\nSECRET\r\n")]
    [InlineData("VA 6 c1 O1\r\nSECRET\r\n")]
    [InlineData("EN kother O1\r\n")]
    [InlineData("EN O1\r\n")]
    [InlineData("EN kSECRET\r\n")]
    [InlineData("HD kSECRET O1\r\n")]
    [InlineData("NF O1\r\n")]
    [InlineData("NS O1\r\n")]
    [InlineData("EX O1\r\n")]
    [InlineData("MN\r\n")]
    [InlineData("OK\r\n")]
    [InlineData("VERSION 1.6.18\r\n")]
    [InlineData("STAT pid 1\r\n")]
    [InlineData("END\r\n")]
    [InlineData("RESET\r\n")]
    [InlineData("ERROR\r\n")]
    [InlineData("ERROR Too many open connections\r\n")]
    [InlineData("VALUE SECRET 0 6\r\nSECRET\r\nEND\r\n")]
    [InlineData("SECRET garbage\r\n")]
    [InlineData("\0\0\0")]
    [InlineData("VA 6 kSECRET c1 O1\r\nSECRETSECRET\r\n")]
    [InlineData("VA 2147483647 kSECRET c1 O1\r\nSECRET")]
    [InlineData("VA -1 kSECRET c1 O1\r\nSECRET")]
    [InlineData("VA 6 kSECRET c1 O1 q\r\nSECRET\r\n")]
    public async Task What_is_no_answer_to_a_get_ends_the_connection_and_everyone_in_flight_once(string reply)
    {
        var live = await LiveConnection.Start();
        TestOperation[] inFlight = [live.Get("SECRET"), live.Ask(RequestKind.Store), live.Get("other")];

        live.Wire.Say(reply);

        var end = await live.Closed;
        Assert.Equal(CloseReason.ProtocolViolation, end.Reason);
        if (!reply.StartsWith("SECRET", StringComparison.Ordinal)) Assert.DoesNotContain("SECRET", end.Detail, StringComparison.Ordinal);
        foreach (var operation in inFlight) await LiveConnection.AssertEnds(operation, AttemptEnd.Unanswered);
        Assert.Equal(SendOutcome.Closed, live.TryGet());
        Assert.True(live.Wire.IsDisposed);
    }

    [Theory]
    [InlineData(RequestKind.Store, "CLIENT_ERROR bad data chunk\r\n")]
    [InlineData(RequestKind.Store, "VA 1 O1\r\nx\r\n")]
    [InlineData(RequestKind.Store, "HD O2\r\n")]
    [InlineData(RequestKind.Store, "HD kother O1\r\n")]
    [InlineData(RequestKind.Store, "EN O1\r\n")]
    [InlineData(RequestKind.Delete, "NS O1\r\n")]
    [InlineData(RequestKind.Delete, "HD\r\n")]
    [InlineData(RequestKind.Arithmetic, "HD O1\r\n")]
    [InlineData(RequestKind.Arithmetic, "VA 1\r\n5\r\n")]
    [InlineData(RequestKind.Touch, "VA 1 kk O1\r\nx\r\n")]
    [InlineData(RequestKind.Touch, "HD O1\r\n")]
    [InlineData(RequestKind.NoOp, "OK\r\n")]
    [InlineData(RequestKind.NoOp, "ERROR\r\n")]
    [InlineData(RequestKind.Version, "MN\r\n")]
    [InlineData(RequestKind.FlushAll, "HD O1\r\n")]
    [InlineData(RequestKind.Stats, "MN\r\n")]
    [InlineData(RequestKind.Stats, "STAT a 1\r\nHD O1\r\n")]
    public async Task What_is_no_answer_to_the_others_ends_the_connection_too(RequestKind kind, string reply)
    {
        var live = await LiveConnection.Start();
        var (head, behind) = (live.Ask(kind), live.Get("behind"));

        live.Wire.Say(reply);

        Assert.Equal(CloseReason.ProtocolViolation, (await live.Closed).Reason);
        await LiveConnection.AssertEnds(head, AttemptEnd.Unanswered);
        await LiveConnection.AssertEnds(behind, AttemptEnd.Unanswered);
    }

    [Theory]
    [InlineData("MN\r\n")]
    [InlineData("ERROR Too many open connections\r\n")]
    [InlineData("SERVER_ERROR out of memory\r\n")]
    [InlineData("VA 1 kk c1 O1\r\nx\r\n")]
    public async Task A_reply_that_nobody_asked_for_ends_the_connection(string reply)
    {
        var live = await LiveConnection.Start();

        live.Wire.Say(reply);

        Assert.Equal(CloseReason.ProtocolViolation, (await live.Closed).Reason);
    }

    [Fact]
    public async Task A_second_reply_to_one_request_ends_the_connection_but_not_the_first_answer()
    {
        var live = await LiveConnection.Start();
        var (a, b) = (live.Get("a"), live.Get("b"));

        live.SayHits(("a", 1), ("a", 1), ("b", 2));

        await LiveConnection.AssertAnswered(a, "a");
        await LiveConnection.AssertEnds(b, AttemptEnd.Unanswered);
        Assert.Equal(CloseReason.ProtocolViolation, (await live.Closed).Reason);
    }

    [Theory]
    [InlineData(RequestKind.Get)]
    [InlineData(RequestKind.Touch)]
    [InlineData(RequestKind.Store)]
    [InlineData(RequestKind.Delete)]
    [InlineData(RequestKind.Arithmetic)]
    [InlineData(RequestKind.NoOp)]
    [InlineData(RequestKind.Version)]
    [InlineData(RequestKind.FlushAll)]
    [InlineData(RequestKind.Stats)]
    public async Task A_servers_error_is_an_answer_to_anything(RequestKind kind) =>
        await AssertIsAnAnswer(kind, "SERVER_ERROR out of memory\r\n", ReplyCode.ServerError, "out of memory");

    [Theory]
    [InlineData(RequestKind.Arithmetic)]
    [InlineData(RequestKind.Get)]
    [InlineData(RequestKind.Touch)]
    [InlineData(RequestKind.Delete)]
    [InlineData(RequestKind.Stats)]
    public async Task A_clients_error_is_an_answer_where_no_data_block_follows(RequestKind kind) =>
        await AssertIsAnAnswer(kind, "CLIENT_ERROR cannot increment\r\n", ReplyCode.ClientError, "cannot increment");

    [Theory]
    [InlineData(RequestKind.Get, "EN kk O1\r\n", ReplyCode.Miss)]
    [InlineData(RequestKind.Touch, "HD kk O1\r\n", ReplyCode.Done)]
    [InlineData(RequestKind.Touch, "EN kk O1\r\n", ReplyCode.Miss)]
    [InlineData(RequestKind.Store, "HD O1\r\n", ReplyCode.Done)]
    [InlineData(RequestKind.Store, "HD kk O1\r\n", ReplyCode.Done)]
    [InlineData(RequestKind.Store, "NS O1\r\n", ReplyCode.NotStored)]
    [InlineData(RequestKind.Store, "EX O1\r\n", ReplyCode.Exists)]
    [InlineData(RequestKind.Store, "NF O1\r\n", ReplyCode.NotFound)]
    [InlineData(RequestKind.Delete, "HD O1\r\n", ReplyCode.Done)]
    [InlineData(RequestKind.Delete, "NF O1\r\n", ReplyCode.NotFound)]
    [InlineData(RequestKind.Arithmetic, "VA 1 O1\r\n5\r\n", ReplyCode.Value)]
    [InlineData(RequestKind.Arithmetic, "NF O1\r\n", ReplyCode.NotFound)]
    [InlineData(RequestKind.NoOp, "MN\r\n", ReplyCode.NoOp)]
    [InlineData(RequestKind.Version, "VERSION 1\r\n", ReplyCode.Version)]
    [InlineData(RequestKind.FlushAll, "OK\r\n", ReplyCode.Ok)]
    [InlineData(RequestKind.Stats, "RESET\r\n", ReplyCode.Reset)]
    public async Task Each_request_has_its_answers(RequestKind kind, string reply, ReplyCode code) =>
        await AssertIsAnAnswer(kind, reply, code);

    [Fact]
    public async Task Stats_come_line_by_line_and_end_once()
    {
        var live = await LiveConnection.Start();
        var (stats, next) = (live.Ask(RequestKind.Stats), live.Get("next"));

        live.Wire.Say("STAT pid 1\r\nSTAT upt");
        live.Wire.Say("ime 2\r\nEND\r\n");
        live.SayHits(("next", 2));

        Assert.Equal(ReplyCode.End, (await stats.Ended.Soon()).Answer);
        Assert.Equal(["pid 1", "uptime 2"], stats.Lines);
        await LiveConnection.AssertAnswered(next, "next");
    }

    [Fact]
    public async Task Stats_that_were_abandoned_are_swallowed_to_their_end()
    {
        var live = await LiveConnection.Start();
        var (stats, next) = (live.Ask(RequestKind.Stats), live.Get("next"));
        live.Wire.Say("STAT pid 1\r\n");

        Assert.True(stats.TakeBack());
        live.Wire.Say("STAT uptime 2\r\nEND\r\n");
        live.SayHits(("next", 2));

        await LiveConnection.AssertAnswered(next, "next");
        Assert.Equal(["pid 1"], stats.Lines);
    }

    [Theory]
    [InlineData("VA 1 kother c1 O1\r\nx\r\n")]
    [InlineData("VA 1 kk c1 O7\r\nx\r\n")]
    public async Task Whoever_is_ended_by_a_violation_finds_the_connection_closed(string reply)
    {
        var live = await LiveConnection.Start();
        SendOutcome? again = null;
        var operation = live.Offer(new TestOperation(RequestKind.Get, "k", live.Time) { AttemptEnding = () => again = live.TryGet() });

        live.Wire.Say(reply);

        await LiveConnection.AssertEnds(operation, AttemptEnd.Unanswered);
        await live.Closed;
        Assert.Equal(SendOutcome.Closed, again);
    }

    [Fact]
    public async Task An_operation_that_cannot_take_its_reply_ends_once_and_the_connection_as_faulted()
    {
        var live = await LiveConnection.Start();
        SendOutcome? again = null;
        var broken = live.Offer(new TestOperation(RequestKind.Get, "k", live.Time)
        {
            Replying = _ => throw new InvalidOperationException("a defect"),
            AttemptEnding = () => again = live.TryGet(),
        });
        var behind = live.Get("behind");

        live.SayHits(("k", 1), ("behind", 2));

        Assert.Equal(CloseReason.Faulted, (await live.Closed).Reason);
        await LiveConnection.AssertEnds(broken, AttemptEnd.Unanswered);
        await LiveConnection.AssertEnds(behind, AttemptEnd.Unanswered);
        Assert.Equal(SendOutcome.Closed, again);
    }

    [Fact]
    public async Task The_peers_end_is_a_loss()
    {
        var live = await LiveConnection.Start();
        var operation = live.Get("k");

        live.Wire.End();

        Assert.Equal(CloseReason.Lost, (await live.Closed).Reason);
        await LiveConnection.AssertEnds(operation, AttemptEnd.Unanswered);
    }

    [Fact]
    public async Task A_reply_cut_off_by_the_peers_end_is_no_answer()
    {
        var live = await LiveConnection.Start();
        var operation = live.Get("k");

        live.Wire.Say("VA 10 kk c1 O1\r\nabc");
        live.Wire.End();

        await LiveConnection.AssertEnds(operation, AttemptEnd.Unanswered);
    }

    [Theory]
    [InlineData(typeof(SocketException), CloseReason.Lost)]
    [InlineData(typeof(IOException), CloseReason.Lost)]
    [InlineData(typeof(ObjectDisposedException), CloseReason.Lost)]
    [InlineData(typeof(InvalidOperationException), CloseReason.Faulted)]
    public async Task A_read_that_fails_is_a_loss_unless_it_is_our_own_fault(Type fault, CloseReason reason)
    {
        var live = await LiveConnection.Start();
        var operation = live.Get("k");

        live.Wire.Break(fault == typeof(ObjectDisposedException)
            ? new ObjectDisposedException("socket")
            : (Exception)Activator.CreateInstance(fault)!);

        Assert.Equal(reason, (await live.Closed).Reason);
        await LiveConnection.AssertEnds(operation, AttemptEnd.Unanswered);
    }

    private static async Task AssertIsAnAnswer(RequestKind kind, string reply, ReplyCode code, string? text = null)
    {
        var live = await LiveConnection.Start();
        var (operation, next) = (live.Ask(kind), live.Get("next"));

        live.Wire.Say(reply);
        live.SayHits(("next", 2));

        var ending = await operation.Ended.Soon();
        Assert.Equal(code, ending.Answer);
        if (text is not null) Assert.Equal(text, ending.Text);
        await LiveConnection.AssertAnswered(next, "next");
        Assert.False(live.Connection.Completion.IsCompleted);
    }
}
