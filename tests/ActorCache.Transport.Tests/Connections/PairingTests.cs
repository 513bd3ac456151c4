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
