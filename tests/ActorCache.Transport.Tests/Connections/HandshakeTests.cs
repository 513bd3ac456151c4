using ActorCache.Protocol;

namespace ActorCache.Transport.Tests;

/// <summary>What a peer speaks, found out question by question. On the wire; over sockets, with dials anew, see <see cref="ConnectTests"/>.</summary>
public sealed class HandshakeTests
{
    private const string Get = "get actorcache-probe\r\n";
    private const string NoOp = "mn\r\n";
    private const string Introduction = "set actorcache-auth 0 -1 10\r\napp s3cret\r\n";
    private const string Echo = "mg actorcache-probe v f k c O1\r\n";

    [Theory]
    [InlineData(Dialect.Auto, Get, NoOp, Echo)]
    [InlineData(Dialect.Meta, NoOp, Echo)]
    public async Task A_server_that_answers_mn_and_echoes_a_miss_speaks_meta(Dialect wanted, params string[] asked)
    {
        string[] answers = ["END", "MN", "EN kactorcache-probe O1"];
        List<string> heard = [];
        Assert.Equal(Dialect.Meta, await Ask(wanted, heard, answers[^asked.Length..]));
        Assert.Equal(asked, heard);
    }

    [Fact]
    public async Task A_server_that_says_ERROR_to_mn_and_goes_on_speaks_classic()
    {
        List<string> heard = [];
        Assert.Equal(Dialect.Classic, await Ask(Dialect.Auto, heard, "END", "ERROR"));
        Assert.Equal([Get, NoOp, Get], heard);
    }

    [Theory]
    [InlineData("EN")]
    [InlineData("EN O1")]
    [InlineData("EN kactorcache-probe")]
    [InlineData("EN kactorcache-probe O2")]
    [InlineData("EN kanother O1")]
    [InlineData("CLIENT_ERROR bad command line format")]
    [InlineData("ERROR")]
    public async Task A_server_whose_meta_commands_do_not_prove_whose_a_reply_is_is_spoken_to_in_classic(string echo)
    {
        List<string> heard = [];
        Assert.Equal(Dialect.Classic, await Ask(Dialect.Auto, heard, "END", "MN", echo));
        Assert.Equal([Get, NoOp, Echo, Get], heard);

        var refused = await Assert.ThrowsAsync<ProtocolException>(() => Ask(Dialect.Meta, "MN", echo));
        Assert.Contains("set Dialect to Classic", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("END")]
    [InlineData("SERVER_ERROR Connection refused")]
    [InlineData("VALUE actorcache-probe 0 1\r\nx\r\nEND")]
    public async Task A_server_that_is_to_speak_classic_is_asked_for_nothing_else(string answer)
    {
        List<string> heard = [];
        Assert.Equal(Dialect.Classic, await Ask(Dialect.Classic, heard, answer));
        Assert.Equal([Get], heard);
    }

    [Fact]
    public async Task A_peer_of_keys_only_is_asked_for_nothing_else_either_but_twice()
    {
        using var wire = new ScriptedWire();
        var asking = new Handshake(wire).AskAsync(new ConnectionOptions { KeysOnly = true }, CancellationToken.None);
        wire.Say("END\r\n");
        Assert.False(asking.IsCompleted);
        wire.Say("END\r\n");
        Assert.Equal(Dialect.Classic, await asking.Soon());
        Assert.Equal(Get + Get, wire.Sent);
    }

    [Theory]
    [InlineData(1, "END")]
    [InlineData(2, "END", "ERROR")]
    public async Task A_peer_that_answers_a_get_and_hangs_up_on_mn_is_told_from_one_that_is_gone(int answered, params string[] answers)
    {
        List<string> heard = [];
        Assert.Null(await Ask(Dialect.Auto, heard, [.. answers, "FIN"]));
        Assert.Equal(answered + 1, heard.Count);
    }

    [Fact]
    public async Task A_peer_that_knows_mn_and_hangs_up_afterwards_is_gone() =>
        Assert.Equal(CloseReason.HandshakeFailed, (await Assert.ThrowsAsync<ConnectException>(() => Ask(Dialect.Auto, "END", "MN", "FIN"))).End.Reason);

    [Fact]
    public async Task What_cuts_every_connection_behind_its_first_reply_is_no_peer_of_keys_only()
    {
        using var wire = new ScriptedWire();
        var asking = new Handshake(wire).AskAsync(new ConnectionOptions { KeysOnly = true }, CancellationToken.None);
        wire.Say("END\r\n");
        wire.End();
        Assert.Equal(CloseReason.HandshakeFailed, (await Assert.ThrowsAsync<ConnectException>(() => asking.Soon())).End.Reason);
    }

    [Theory]
    [InlineData(Dialect.Auto)]
    [InlineData(Dialect.Meta)]
    [InlineData(Dialect.Classic)]
    public async Task A_peer_that_hangs_up_on_the_first_question_is_gone(Dialect wanted)
    {
        var refused = await Assert.ThrowsAsync<ConnectException>(() => Ask(wanted, "FIN"));
        Assert.Equal(CloseReason.HandshakeFailed, refused.End.Reason);
        var reset = await Assert.ThrowsAsync<ConnectException>(() => Ask(wanted, "RST"));
        Assert.Equal(CloseReason.HandshakeFailed, reset.End.Reason);
    }

    [Theory]
    [InlineData(Dialect.Auto, "ERROR Too many open connections", "Too many open connections")]
    [InlineData(Dialect.Classic, "CLIENT_ERROR unknown", "unknown")]
    [InlineData(Dialect.Auto, "HTTP/1.1 400 Bad Request", "no known code")]
    [InlineData(Dialect.Auto, "-ERR unknown command", "no known code")]
    [InlineData(Dialect.Auto, "MN", "no known code")]
    [InlineData(Dialect.Classic, "OK", "Ok")]
    [InlineData(Dialect.Auto, "END\r\nEND", "nobody asked for")]
    public async Task What_cannot_answer_a_get_is_no_server(Dialect wanted, string says, string detail)
    {
        var refused = await Assert.ThrowsAsync<ProtocolException>(() => Ask(wanted, says));
        Assert.Contains(detail, refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ERROR", "Error")]
    [InlineData("STORED", "no known code")]
    [InlineData("ERROR Too many open connections", "Too many open connections")]
    public async Task What_is_to_speak_meta_and_does_not_is_no_server(string says, string detail)
    {
        var refused = await Assert.ThrowsAsync<ProtocolException>(() => Ask(Dialect.Meta, says));
        Assert.Contains(detail, refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Dialect.Auto, Get, "END", "MN", "EN kactorcache-probe O1")]
    [InlineData(Dialect.Meta, NoOp, "MN", "EN kactorcache-probe O1")]
    [InlineData(Dialect.Classic, Get, "END")]
    public async Task Who_asks_who_is_there_is_told_and_asked_again(Dialect wanted, string question, params string[] answers)
    {
        List<string> heard = [];
        var options = new ConnectionOptions { Dialect = wanted, Credentials = new Credentials("app", "s3cret") };
        Assert.Equal(wanted == Dialect.Classic ? wanted : Dialect.Meta, await Ask(options, heard, ["CLIENT_ERROR unauthenticated", "STORED", .. answers]));
        Assert.Equal([question, Introduction, question], heard[..3]);
        Assert.Equal(answers.Length + 2, heard.Count);
    }

    [Fact]
    public async Task Who_does_not_ask_is_told_no_password()
    {
        List<string> heard = [];
        await Ask(new ConnectionOptions { Credentials = new Credentials("app", "s3cret") }, heard, "END", "MN", "EN kactorcache-probe O1");
        Assert.Equal([Get, NoOp, Echo], heard);
    }

    [Theory]
    [InlineData("CLIENT_ERROR authentication failure")]
    [InlineData("CLIENT_ERROR s3cret is not the password of app")]
    [InlineData("CLIENT_ERROR unauthenticated")]
    [InlineData("ERROR")]
    [InlineData("SERVER_ERROR out of memory")]
    public async Task A_password_that_is_refused_is_an_authentication_that_failed_and_is_not_shown(string answer)
    {
        var options = new ConnectionOptions { Credentials = new Credentials("app", "s3cret") };
        var refused = await Assert.ThrowsAsync<ConnectException>(() => Ask(options, [], "CLIENT_ERROR unauthenticated", answer));
        Assert.Equal(CloseReason.AuthenticationFailed, refused.End.Reason);
        Assert.Contains("refuses the user \"app\"", refused.End.Detail, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", refused.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_lets_us_in_and_asks_again_is_not_told_twice()
    {
        List<string> heard = [];
        var options = new ConnectionOptions { Credentials = new Credentials("app", "s3cret") };
        var refused = await Assert.ThrowsAsync<ConnectException>(() =>
            Ask(options, heard, "CLIENT_ERROR unauthenticated", "STORED", "CLIENT_ERROR unauthenticated"));
        Assert.Equal(CloseReason.AuthenticationFailed, refused.End.Reason);
        Assert.Equal([Get, Introduction, Get], heard);
    }

    [Theory]
    [InlineData(Dialect.Auto)]
    [InlineData(Dialect.Meta)]
    [InlineData(Dialect.Classic)]
    public async Task A_server_that_asks_who_is_there_when_nobody_is_says_what_to_set(Dialect wanted)
    {
        var refused = await Assert.ThrowsAsync<ConnectException>(() => Ask(wanted, "CLIENT_ERROR unauthenticated"));
        Assert.Equal(CloseReason.AuthenticationFailed, refused.End.Reason);
        Assert.Contains("set Username and Password", refused.End.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("FIN")]
    [InlineData("RST")]
    public async Task A_server_that_dies_over_the_password_has_not_refused_it(string end)
    {
        var options = new ConnectionOptions { Credentials = new Credentials("app", "s3cret") };
        var lost = await Assert.ThrowsAsync<ConnectException>(() => Ask(options, [], "CLIENT_ERROR unauthenticated", end));
        Assert.Equal(CloseReason.HandshakeFailed, lost.End.Reason);
    }

    [Fact]
    public async Task A_question_may_be_answered_byte_by_byte()
    {
        using var wire = new ScriptedWire();
        var asking = new Handshake(wire).AskAsync(new ConnectionOptions(), CancellationToken.None);
        foreach (var answer in new[] { "END\r\n", "MN\r\n", "EN kactorcache-probe O1\r\n" })
        {
            await wire.NextSend();
            foreach (var letter in answer) wire.Say(letter.ToString());
        }
        Assert.Equal(Dialect.Meta, await asking.Soon());
    }

    [Fact]
    public async Task Given_up_it_ends_with_the_wire()
    {
        using var giveUp = new CancellationTokenSource();
        using var wire = new ScriptedWire();
        var asking = new Handshake(wire).AskAsync(new ConnectionOptions(), giveUp.Token);
        await wire.NextSend();
        await giveUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking.Soon());
        Assert.True(wire.IsAborted);
    }

    private static Task<Dialect?> Ask(Dialect wanted, List<string> asked, params string[] answers) => Ask(new ConnectionOptions { Dialect = wanted }, asked, answers);

    private static async Task<Dialect?> Ask(ConnectionOptions wanted, List<string> asked, params string[] answers)
    {
        using var wire = new ScriptedWire();
        wire.Sending = sent =>
        {
            // A get after all of them is answered like the first.
            var answer = asked.Count < answers.Length ? answers[asked.Count] : "END";
            asked.Add(sent);
            if (answer == "FIN") wire.End();
            else if (answer == "RST") wire.Break(LiveConnection.Reset);
            else wire.Say(answer + "\r\n");
        };
        return await new Handshake(wire).AskAsync(wanted, CancellationToken.None).Soon();
    }

    private static Task<Dialect?> Ask(Dialect wanted, params string[] answers) => Ask(wanted, [], answers);
}
