using ActorCache.Protocol;

namespace ActorCache.Transport.Tests;

/// <summary>The handshake of the binary dialect: one question, and before it who we are, if we have a name and it is asked for. Against a real server that asks: <c>F32_Sasl</c>, end to end.</summary>
public sealed class BinaryHandshakeTests
{
    private static readonly Credentials Ada = new("ada", "open sesame");
    private static readonly string Get = BinaryFrame.Request(BinaryFrame.GetK, 1, "actorcache-probe");
    private static readonly string How = BinaryFrame.Request(BinaryFrame.SaslList, 1);
    private static readonly string Auth = BinaryFrame.Request(BinaryFrame.SaslAuth, 1, "PLAIN", value: "\0ada\0open sesame");
    private static readonly string Miss = BinaryFrame.Reply(BinaryFrame.GetK, 1, status: 1, key: "actorcache-probe");
    private static readonly string Plain = BinaryFrame.Reply(BinaryFrame.SaslList, 1, value: "PLAIN");
    private static readonly string NotAsked = BinaryFrame.Reply(BinaryFrame.SaslList, 1, status: 0x81, value: "Unknown command");
    private static readonly string Welcome = BinaryFrame.Reply(BinaryFrame.SaslAuth, 1, value: "Authenticated");

    [Fact]
    public async Task A_server_that_echoes_a_miss_is_at_work()
    {
        List<string> asked = [];
        await Ask(null, asked, Miss);
        Assert.Equal([Get], asked);
        await Ask(null, [], BinaryFrame.Hit(1, "actorcache-probe", "somebody's"));
    }

    [Theory]
    [InlineData("PLAIN")]
    [InlineData("CRAM-MD5 PLAIN LOGIN")]
    public async Task Who_is_asked_for_a_name_says_it_before_anything_else(string mechanisms)
    {
        List<string> asked = [];
        await Ask(Ada, asked, BinaryFrame.Reply(BinaryFrame.SaslList, 1, value: mechanisms), Welcome, Miss);
        Assert.Equal([How, Auth, Get], asked);
    }

    [Fact]
    public async Task A_server_that_asks_nobody_is_told_no_password()
    {
        List<string> asked = [];
        await Ask(Ada, asked, NotAsked, Miss);
        Assert.Equal([How, Get], asked);
    }

    [Theory]
    [InlineData("")]
    [InlineData("SCRAM-SHA-256")]
    [InlineData("XPLAIN PLAINX")]
    public async Task A_server_that_does_not_take_PLAIN_is_told_no_password_either(string mechanisms)
    {
        List<string> asked = [];
        var refused = await Assert.ThrowsAsync<ConnectException>(() => Ask(Ada, asked, BinaryFrame.Reply(BinaryFrame.SaslList, 1, value: mechanisms)));
        Assert.Equal(CloseReason.AuthenticationFailed, refused.End.Reason);
        Assert.Contains("PLAIN", refused.Message, StringComparison.Ordinal);
        Assert.Equal([How], asked);
    }

    [Theory]
    [InlineData("Auth failure.")]
    [InlineData("no open sesame here")]
    public async Task A_name_that_is_not_believed_is_asked_for_nothing_more(string says)
    {
        List<string> asked = [];
        var refused = await Assert.ThrowsAsync<ConnectException>(() => Ask(Ada, asked, Plain, BinaryFrame.Reply(BinaryFrame.SaslAuth, 1, status: 0x20, value: says)));
        Assert.Equal(CloseReason.AuthenticationFailed, refused.End.Reason);
        Assert.Contains("refuses the user \"ada\"", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("sesame", refused.ToString(), StringComparison.Ordinal);
        Assert.Equal([How, Auth], asked);
    }

    [Fact]
    public async Task A_server_that_asks_for_a_name_says_what_to_set()
    {
        var demand = BinaryFrame.Reply(BinaryFrame.GetK, 1, status: 0x20, value: "Auth failure.");
        var refused = await Assert.ThrowsAsync<ConnectException>(() => Ask(null, [], demand));
        Assert.Equal(CloseReason.AuthenticationFailed, refused.End.Reason);
        Assert.Contains("set Username and Password", refused.Message, StringComparison.Ordinal);
        Assert.Equal(CloseReason.AuthenticationFailed, (await Assert.ThrowsAsync<ConnectException>(() => Ask(Ada, [], Plain, Welcome, demand))).End.Reason);
    }

    [Theory]
    [InlineData("ERROR Too many open connections\r\n", "no connection left")]
    [InlineData("HTTP/1.1 400 Bad Request\r\n", "text")]
    public async Task What_speaks_text_is_no_server(string says, string detail)
    {
        var refused = await Assert.ThrowsAsync<ProtocolException>(() => Ask(null, [], says));
        Assert.Contains(detail, refused.Message, StringComparison.Ordinal);
    }

    public static TheoryData<string> Lies =>
    [
        BinaryFrame.Reply(BinaryFrame.GetK, 2, status: 1, key: "actorcache-probe"),
        BinaryFrame.Reply(BinaryFrame.GetK, 1, status: 1, key: "another"),
        BinaryFrame.Reply(BinaryFrame.GetK, 1, status: 1),
        BinaryFrame.Hit(1, "another", "x"),
        BinaryFrame.Reply(BinaryFrame.GatK, 1, status: 1, key: "actorcache-probe"),
        BinaryFrame.Reply(BinaryFrame.NoOp, 1),
        BinaryFrame.Reply(BinaryFrame.GetK, 1, status: 0x81, value: "Unknown command"),
        BinaryFrame.Reply(BinaryFrame.GetK, 1, status: 0x82, value: "Out of memory"),
        BinaryFrame.Reply(BinaryFrame.GetK, 1, status: 1, key: "actorcache-probe") + "\u0081",
        BinaryFrame.Reply(BinaryFrame.GetK, 1, status: 1, key: "actorcache-probe") + BinaryFrame.Reply(BinaryFrame.NoOp, 1),
    ];

    [Theory]
    [MemberData(nameof(Lies))]
    public async Task What_does_not_prove_whose_its_reply_is_is_no_server(string says) => await Assert.ThrowsAsync<ProtocolException>(() => Ask(null, [], says));

    [Fact]
    public async Task More_than_PLAIN_is_not_to_be_had_from_us()
    {
        var refused = await Assert.ThrowsAsync<ProtocolException>(() => Ask(Ada, [], Plain, BinaryFrame.Reply(BinaryFrame.SaslAuth, 1, status: 0x21, value: "open sesame")));
        Assert.DoesNotContain("sesame", refused.ToString(), StringComparison.Ordinal);
        await Assert.ThrowsAsync<ProtocolException>(() => Ask(Ada, [], Plain, BinaryFrame.Reply(BinaryFrame.SaslAuth, 7, value: "Authenticated")));
        await Assert.ThrowsAsync<ProtocolException>(() => Ask(Ada, [], Welcome));
    }

    [Theory]
    [InlineData(0, "FIN")]
    [InlineData(0, "RST")]
    [InlineData(1, "FIN")]
    [InlineData(1, "RST")]
    [InlineData(2, "FIN")]
    [InlineData(2, "RST")]
    public async Task A_server_that_goes_away_at_any_question_is_gone(int answered, string goes)
    {
        string[] answers = [.. new[] { Plain, Welcome }.Take(answered), goes];
        var gone = await Assert.ThrowsAsync<ConnectException>(() => Ask(Ada, [], answers));
        Assert.Equal(CloseReason.HandshakeFailed, gone.End.Reason);
        Assert.Equal(answered == 0, gone.Message.Contains("set Tls", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_answer_may_come_byte_by_byte()
    {
        using var wire = new ScriptedWire();
        var asking = new BinaryHandshake(wire).AskAsync(new ConnectionOptions { Dialect = Dialect.Binary, Credentials = Ada }, CancellationToken.None);
        foreach (var answer in new[] { Plain, Welcome, Miss })
        {
            await wire.NextSend();
            foreach (var letter in answer) wire.Say(letter.ToString());
        }
        await asking.Soon();
    }

    [Fact]
    public async Task Given_up_it_ends_with_the_wire()
    {
        using var giveUp = new CancellationTokenSource();
        using var wire = new ScriptedWire();
        var asking = new BinaryHandshake(wire).AskAsync(new ConnectionOptions { Dialect = Dialect.Binary, Credentials = Ada }, giveUp.Token);
        await wire.NextSend();
        await giveUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking.Soon());
        Assert.True(wire.IsAborted);
    }

    private static async Task Ask(Credentials? credentials, List<string> asked, params string[] answers)
    {
        using var wire = new ScriptedWire();
        wire.Sending = sent =>
        {
            var answer = answers[asked.Count];
            asked.Add(sent);
            if (answer == "FIN") wire.End();
            else if (answer == "RST") wire.Break(LiveConnection.Reset);
            else wire.Say(answer);
        };
        await new BinaryHandshake(wire).AskAsync(new ConnectionOptions { Dialect = Dialect.Binary, Credentials = credentials }, CancellationToken.None).Soon();
    }
}
