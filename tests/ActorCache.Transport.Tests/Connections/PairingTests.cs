using System.Text;
using ActorCache.Protocol;

namespace ActorCache.Transport.Tests;

/// <summary>The whole table of which code answers which request; <see cref="ViolationTests"/> say what it means.</summary>
public sealed class PairingTests
{
    private static readonly Dictionary<RequestKind, ReplyCode[]> Answers = new()
    {
        [RequestKind.Get] = [ReplyCode.Value, ReplyCode.Miss, ReplyCode.ClientError],
        [RequestKind.Touch] = [ReplyCode.Done, ReplyCode.Miss, ReplyCode.ClientError],
        [RequestKind.Store] = [ReplyCode.Done, ReplyCode.NotStored, ReplyCode.Exists, ReplyCode.NotFound],
        [RequestKind.Delete] = [ReplyCode.Done, ReplyCode.NotFound, ReplyCode.Exists, ReplyCode.ClientError],
        [RequestKind.Arithmetic] = [ReplyCode.Value, ReplyCode.NotFound, ReplyCode.NotStored, ReplyCode.Exists, ReplyCode.ClientError],
        [RequestKind.NoOp] = [ReplyCode.NoOp, ReplyCode.ClientError],
        [RequestKind.Version] = [ReplyCode.Version, ReplyCode.ClientError],
        [RequestKind.FlushAll] = [ReplyCode.Ok, ReplyCode.ClientError],
        [RequestKind.Stats] = [ReplyCode.Stat, ReplyCode.End, ReplyCode.Reset, ReplyCode.ClientError],
    };

    [Fact]
    public void Every_code_answers_only_what_it_can()
    {
        foreach (var kind in Enum.GetValues<RequestKind>())
        {
            foreach (var code in Enum.GetValues<ReplyCode>())
            {
                var answers = code == ReplyCode.ServerError || Answers[kind].Contains(code);
                var violation = Record.Exception(() => Assert.Equal(code != ReplyCode.Stat, Ends(kind, Line(code))));
                Assert.True(violation is null == answers, $"{code} to {kind}: {violation?.Message ?? "taken"}");
                if (!answers) Assert.IsType<ProtocolException>(violation);
            }
        }
    }

    [Fact]
    public void The_five_that_carry_an_opaque_must_carry_the_right_one()
    {
        foreach (var kind in Enum.GetValues<RequestKind>().Where(kind => kind <= RequestKind.Arithmetic))
        {
            foreach (var code in Answers[kind].Where(code => code != ReplyCode.ClientError))
            {
                Assert.Throws<ProtocolException>(() => Ends(kind, Line(code).Replace("O7", "O8", StringComparison.Ordinal)));
                Assert.Throws<ProtocolException>(() => Ends(kind, Line(code).Replace(" O7", "", StringComparison.Ordinal)));
            }
        }
    }

    [Theory]
    [InlineData(RequestKind.Get, "EN kkey O7\r\n", true)]
    [InlineData(RequestKind.Get, "EN kkez O7\r\n", false)]
    [InlineData(RequestKind.Get, "EN O7\r\n", false)]
    [InlineData(RequestKind.Get, "SERVER_ERROR\r\n", true)]
    [InlineData(RequestKind.Get, "CLIENT_ERROR\r\n", true)]
    [InlineData(RequestKind.Touch, "HD O7\r\n", false)]
    [InlineData(RequestKind.Touch, "HD kkey O7\r\n", true)]
    [InlineData(RequestKind.Store, "HD O7\r\n", true)]
    [InlineData(RequestKind.Store, "HD kkey O7\r\n", true)]
    [InlineData(RequestKind.Store, "HD kkez O7\r\n", false)]
    [InlineData(RequestKind.Delete, "NF kKEY O7\r\n", false)]
    [InlineData(RequestKind.NoOp, "MN\r\n", true)]
    public void A_reply_is_for_a_key_when_it_echoes_it_or_need_not(RequestKind kind, string line, bool isFor)
    {
        ReplyReader.TryRead(Encoding.ASCII.GetBytes(line), out var reply, out _, out _);

        Assert.Equal(isFor, Pairing.IsForKeyOf(new TestOperation(kind, "key", TimeProvider.System), in reply));
    }

    private static readonly Dictionary<RequestKind, string[]> ClassicAnswers = new()
    {
        [RequestKind.Get] = ["VALUE key 0 1 7\r\nx\r\nEND", "END", "CLIENT_ERROR x"],
        [RequestKind.Touch] = ["TOUCHED", "NOT_FOUND", "CLIENT_ERROR x"],
        [RequestKind.Store] = ["STORED", "NOT_STORED", "EXISTS", "NOT_FOUND"],
        [RequestKind.Delete] = ["DELETED", "NOT_FOUND", "CLIENT_ERROR x"],
        [RequestKind.Arithmetic] = ["7", "NOT_FOUND", "CLIENT_ERROR x"],
        [RequestKind.NoOp] = ["VALUE key 0 1 7\r\nx\r\nEND", "END", "CLIENT_ERROR x"],
        [RequestKind.Version] = ["VERSION 1.4", "CLIENT_ERROR x"],
        [RequestKind.FlushAll] = ["OK", "CLIENT_ERROR x"],
        [RequestKind.Stats] = ["STAT pid 1", "END", "RESET", "CLIENT_ERROR x"],
    };

    [Fact]
    public void Every_classic_line_answers_only_what_it_can()
    {
        foreach (var kind in Enum.GetValues<RequestKind>())
        {
            foreach (var line in ClassicAnswers.Values.SelectMany(lines => lines).Append("ERROR").Append("ERROR Too many open connections").Distinct())
            {
                var violation = Record.Exception(() => Assert.Equal(!line.StartsWith("STAT", StringComparison.Ordinal), EndsClassic(kind, line)));
                Assert.True(violation is null == ClassicAnswers[kind].Contains(line), $"{line} to {kind}: {violation?.Message ?? "taken"}");
                if (violation is not null) Assert.IsType<ProtocolException>(violation);
            }
            Assert.True(EndsClassic(kind, "SERVER_ERROR out of memory storing object"));
        }
    }

    [Theory]
    [InlineData(RequestKind.Get, "VALUE key 0 1 7\r\nx\r\nEND", true)]
    [InlineData(RequestKind.Get, "VALUE kez 0 1 7\r\nx\r\nEND", false)]
    [InlineData(RequestKind.Get, "VALUE KEY 0 1 7\r\nx\r\nEND", false)]
    [InlineData(RequestKind.Get, "END", true)]
    [InlineData(RequestKind.Get, "SERVER_ERROR x", true)]
    [InlineData(RequestKind.NoOp, "VALUE actorcache-probe 0 1\r\nx\r\nEND", true)]
    [InlineData(RequestKind.NoOp, "VALUE key 0 1\r\nx\r\nEND", false)]
    [InlineData(RequestKind.Store, "STORED", true)]
    [InlineData(RequestKind.Arithmetic, "7", true)]
    public void A_classic_value_is_for_the_key_that_it_names(RequestKind kind, string line, bool isFor)
    {
        Assert.True(ClassicReplyReader.TryRead(Encoding.ASCII.GetBytes(line + "\r\n"), out var reply, out _, out _));
        Assert.Equal(isFor, Pairing.IsForKeyOf(new TestOperation(kind, "key", TimeProvider.System), in reply, Dialect.Classic));
    }

    private static bool EndsClassic(RequestKind kind, string line)
    {
        Assert.True(ClassicReplyReader.TryRead(Encoding.ASCII.GetBytes(line + "\r\n"), out var reply, out _, out _));
        return Pairing.Ends(new OperationSlot { Kind = kind }, in reply, Dialect.Classic);
    }

    private static readonly Dictionary<RequestKind, int[]> BinaryAnswers = new()
    {
        [RequestKind.Get] = [BinaryFrame.GetK, BinaryFrame.GatK],
        [RequestKind.Touch] = [BinaryFrame.Touch],
        [RequestKind.Store] = [BinaryFrame.Set, BinaryFrame.Add, BinaryFrame.Replace, BinaryFrame.Append, 0x0f],
        [RequestKind.Delete] = [BinaryFrame.Delete],
        [RequestKind.Arithmetic] = [BinaryFrame.Increment, 0x06],
        [RequestKind.NoOp] = [BinaryFrame.NoOp],
        [RequestKind.Version] = [BinaryFrame.Version],
        [RequestKind.FlushAll] = [BinaryFrame.Flush],
        [RequestKind.Stats] = [BinaryFrame.Stat],
    };

    [Fact]
    public void Every_binary_reply_answers_only_its_own_command_and_opaque_whatever_it_says()
    {
        int[] all = [.. BinaryAnswers.Values.SelectMany(opcodes => opcodes), BinaryFrame.SaslAuth];
        foreach (var kind in Enum.GetValues<RequestKind>())
        {
            foreach (var opcode in all)
            {
                var answers = BinaryAnswers[kind].Contains(opcode);
                foreach (var reply in new[] { BinaryFrame.Reply(opcode, 7, status: 0x82), BinaryFrame.Reply(opcode, 7, status: 0x04), Success(opcode, 7) })
                {
                    var violation = Record.Exception(() => EndsBinary(kind, reply));
                    Assert.True(violation is null == answers, $"{opcode:x2} to {kind}: {violation?.Message ?? "taken"}");
                    if (!answers) Assert.IsType<ProtocolException>(violation);
                }
                Assert.Throws<ProtocolException>(() => EndsBinary(kind, Success(opcode, 8)));
                Assert.Throws<ProtocolException>(() => EndsBinary(kind, BinaryFrame.Reply(opcode, 8, status: 0x82)));
            }
        }
        Assert.False(EndsBinary(RequestKind.Stats, BinaryFrame.Reply(BinaryFrame.Stat, 7, key: "pid", value: "1")));
    }

    [Theory]
    [InlineData(RequestKind.NoOp, BinaryFrame.NoOp, 0x01)]
    [InlineData(RequestKind.Version, BinaryFrame.Version, 0x02)]
    [InlineData(RequestKind.Delete, BinaryFrame.Delete, 0x05)]
    [InlineData(RequestKind.Touch, BinaryFrame.Touch, 0x02)]
    [InlineData(RequestKind.Get, BinaryFrame.GetK, 0x05)]
    public void A_status_that_a_command_cannot_have_is_no_answer(RequestKind kind, int opcode, int status) =>
        Assert.Throws<ProtocolException>(() => EndsBinary(kind, BinaryFrame.Reply(opcode, 7, status)));

    [Fact]
    public void A_server_that_does_not_know_any_more_who_is_there_is_no_violation_but_a_refusal()
    {
        foreach (var (kind, opcodes) in BinaryAnswers.Where(row => row.Key != RequestKind.FlushAll))
            Assert.Equal(CloseReason.AuthenticationFailed, Assert.Throws<ConnectException>(() => EndsBinary(kind, BinaryFrame.Reply(opcodes[0], 7, status: 0x20))).End.Reason);
        Assert.True(EndsBinary(RequestKind.FlushAll, BinaryFrame.Reply(BinaryFrame.Flush, 7, status: 0x20)));
    }

    [Theory]
    [InlineData(RequestKind.Get, "key", 0, true)]
    [InlineData(RequestKind.Get, "kez", 0, false)]
    [InlineData(RequestKind.Get, "key", 1, true)]
    [InlineData(RequestKind.Get, "kez", 1, false)]
    [InlineData(RequestKind.Get, "", 1, false)]
    [InlineData(RequestKind.Get, "", 0x82, true)]
    [InlineData(RequestKind.Get, "", 0x04, true)]
    public void A_binary_hit_or_miss_is_for_the_key_that_it_names(RequestKind kind, string echo, int status, bool isFor)
    {
        var frame = status == 0 ? BinaryFrame.Hit(7, echo, "x") : BinaryFrame.Reply(BinaryFrame.GetK, 7, status, echo);
        Assert.True(BinaryReplyReader.TryRead(Encoding.Latin1.GetBytes(frame), out var reply, out _, out _));
        Assert.Equal(isFor, Pairing.IsForKeyOf(new TestOperation(kind, "key", TimeProvider.System), in reply, Dialect.Binary));
    }

    private static string Success(int opcode, int opaque) => opcode switch
    {
        BinaryFrame.GetK or BinaryFrame.GatK => BinaryFrame.Reply(opcode, opaque, key: "key", extras: "\0\0\0\0", value: "x"),
        BinaryFrame.Increment or 0x06 => BinaryFrame.Reply(opcode, opaque, value: BinaryFrame.Number(7, 8)),
        _ => BinaryFrame.Reply(opcode, opaque),
    };

    private static bool EndsBinary(RequestKind kind, string frame)
    {
        Assert.True(BinaryReplyReader.TryRead(Encoding.Latin1.GetBytes(frame), out var reply, out _, out _));
        return Pairing.Ends(new OperationSlot { Kind = kind, Opaque = 7 }, in reply, Dialect.Binary);
    }

    private static bool Ends(RequestKind kind, string line)
    {
        ReplyReader.TryRead(Encoding.ASCII.GetBytes(line), out var reply, out _, out _);
        return Pairing.Ends(new OperationSlot { Kind = kind, Opaque = 7 }, in reply);
    }

    private static string Line(ReplyCode code) => code switch
    {
        ReplyCode.Value => "VA 1 O7\r\nx\r\n",
        ReplyCode.Done => "HD O7\r\n",
        ReplyCode.Miss => "EN O7\r\n",
        ReplyCode.NotFound => "NF O7\r\n",
        ReplyCode.NotStored => "NS O7\r\n",
        ReplyCode.Exists => "EX O7\r\n",
        ReplyCode.NoOp => "MN\r\n",
        ReplyCode.ClientError => "CLIENT_ERROR x\r\n",
        ReplyCode.ServerError => "SERVER_ERROR x\r\n",
        _ => code.ToString().ToUpperInvariant() + "\r\n",
    };
}
