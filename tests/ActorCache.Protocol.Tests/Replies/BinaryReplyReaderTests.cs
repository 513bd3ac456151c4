using System.Text;

namespace ActorCache.Protocol.Tests;

/// <summary>What memcached 1.6.18 was seen to answer, and what the specification says that it may; and what nobody may.</summary>
public sealed class BinaryReplyReaderTests
{
    private const int Opaque = 0x0102;

    [Fact]
    public void The_examples_of_the_specification_read_as_it_says()
    {
        Assert.Equal(Bare(ReplyCode.Value, BinaryOpcode.GetK) with { Key = "Hello", Value = "World", ClientFlags = 0xdeadbeef, Cas = 1 },
            Hex("810C0005 04000000 0000000E 00000000 00000000 00000001 DEADBEEF 48656C6C 6F576F72 6C64"));
        Assert.Equal(Bare(ReplyCode.Done, BinaryOpcode.Add) with { Cas = 1 }, Hex("81020000 00000000 00000000 00000000 00000000 00000001"));
        Assert.Equal(Bare(ReplyCode.Done, BinaryOpcode.Delete), Hex("81040000 00000000 00000000 00000000 00000000 00000000"));
        Assert.Equal(Bare(ReplyCode.Value, BinaryOpcode.Increment) with { Count = 0, Cas = 5 },
            Hex("81050000 00000000 00000008 00000000 00000000 00000005 00000000 00000000"));
        Assert.Equal(Bare(ReplyCode.NoOp, BinaryOpcode.NoOp), Hex("810A0000 00000000 00000000 00000000 00000000 00000000"));
        Assert.Equal(Bare(ReplyCode.Version, BinaryOpcode.Version) with { Text = "1.3.1" }, Hex("810B0000 00000000 00000005 00000000 00000000 00000000 312E332E 31"));
        Assert.Equal(Bare(ReplyCode.Stat, BinaryOpcode.Stat) with { Key = "pid", Value = "3078" },
            Hex("81100003 00000000 00000007 00000000 00000000 00000000 70696433 303738"));
    }

    [Fact]
    public void A_figure_has_a_name_the_last_one_has_none_and_a_touch_has_flags()
    {
        Assert.Equal(Bare(ReplyCode.End, BinaryOpcode.Stat, Opaque), Read(BinaryFrame.Stat));
        Assert.Equal(Bare(ReplyCode.Stat, BinaryOpcode.Stat, Opaque) with { Key = "none" }, Read(BinaryFrame.Stat, key: "none"));
        Assert.Equal(Bare(ReplyCode.Done, BinaryOpcode.Touch, Opaque) with { ClientFlags = 5, Cas = 9 }, Read(BinaryFrame.Touch, extras: "\0\0\0\u0005", cas: 9));
        Assert.Equal(Bare(ReplyCode.Done, BinaryOpcode.Touch, Opaque), Read(BinaryFrame.Touch));
        Assert.Equal(Bare(ReplyCode.Value, BinaryOpcode.GatK, Opaque) with { Key = "k", Cas = 9 }, Read(BinaryFrame.GatK, key: "k", extras: "\0\0\0\0", cas: 9));
        Assert.Equal(Bare(ReplyCode.Ok, BinaryOpcode.Flush, Opaque), Read(BinaryFrame.Flush));
        Assert.Equal(Bare(ReplyCode.Ok, BinaryOpcode.SaslList, Opaque) with { Text = "CRAM-MD5 PLAIN" }, Read(BinaryFrame.SaslList, value: "CRAM-MD5 PLAIN"));
        Assert.Equal(Bare(ReplyCode.Ok, BinaryOpcode.SaslAuth, Opaque) with { Text = "Authenticated" }, Read(BinaryFrame.SaslAuth, value: "Authenticated"));
        Assert.Equal(Bare(ReplyCode.Value, BinaryOpcode.Increment, Opaque) with { Count = ulong.MaxValue }, Read(BinaryFrame.Increment, value: new string('\u00ff', 8)));
    }

    [Theory]
    [InlineData(BinaryFrame.Touch, 0x01, ReplyCode.Miss, "")]
    [InlineData(BinaryFrame.Set, 0x01, ReplyCode.NotFound, "")]
    [InlineData(BinaryFrame.Delete, 0x01, ReplyCode.NotFound, "")]
    [InlineData(BinaryFrame.Increment, 0x01, ReplyCode.NotFound, "")]
    [InlineData(BinaryFrame.Replace, 0x01, ReplyCode.NotStored, "")]
    [InlineData(BinaryFrame.Stat, 0x01, ReplyCode.ClientError, "said")]
    [InlineData(BinaryFrame.Add, 0x02, ReplyCode.NotStored, "")]
    [InlineData(BinaryFrame.Set, 0x02, ReplyCode.Exists, "")]
    [InlineData(BinaryFrame.Append, 0x02, ReplyCode.Exists, "")]
    [InlineData(BinaryFrame.Delete, 0x02, ReplyCode.Exists, "")]
    [InlineData(BinaryFrame.Set, 0x03, ReplyCode.ServerError, "object too large for cache")]
    [InlineData(BinaryFrame.GetK, 0x04, ReplyCode.ClientError, "said")]
    [InlineData(BinaryFrame.Append, 0x05, ReplyCode.NotStored, "")]
    [InlineData(BinaryFrame.Increment, 0x06, ReplyCode.ClientError, "cannot increment or decrement non-numeric value")]
    [InlineData(BinaryFrame.NoOp, 0x08, ReplyCode.Unauthenticated, "said")]
    [InlineData(BinaryFrame.GetK, 0x20, ReplyCode.Unauthenticated, "said")]
    [InlineData(BinaryFrame.SaslAuth, 0x20, ReplyCode.Unauthenticated, "said")]
    [InlineData(BinaryFrame.Flush, 0x20, ReplyCode.ClientError, "said")]
    [InlineData(BinaryFrame.SaslAuth, 0x21, ReplyCode.ServerError, "said")]
    [InlineData(BinaryFrame.SaslAuth, 0x81, ReplyCode.Error, "said")]
    [InlineData(BinaryFrame.SaslList, 0x81, ReplyCode.Error, "said")]
    [InlineData(BinaryFrame.Touch, 0x81, ReplyCode.ServerError, "said")]
    [InlineData(BinaryFrame.Set, 0x82, ReplyCode.ServerError, "said")]
    [InlineData(BinaryFrame.Set, 0x85, ReplyCode.ServerError, "said")]
    [InlineData(BinaryFrame.Set, 0xffff, ReplyCode.ServerError, "said")]
    public void A_status_is_said_in_the_words_of_the_text_dialects(int opcode, int status, ReplyCode code, string text) =>
        Assert.Equal(Bare(code, (BinaryOpcode)opcode, Opaque) with { Text = text }, Read(opcode, status, value: "said"));

    [Fact]
    public void A_miss_names_the_key_that_was_asked_for() =>
        Assert.Equal(Bare(ReplyCode.Miss, BinaryOpcode.GetK, Opaque) with { Key = "k" }, Read(BinaryFrame.GetK, 1, key: "k"));

    // F16, S6: what is announced is judged by the header alone, before a byte of the rest has come.
    [Theory]
    [InlineData("another magic", 0, 0x80)]
    [InlineData("text", 0, 'E')]
    [InlineData("a command that we never send", 1, 0x00)]
    [InlineData("one that does not exist", 1, 0x7f)]
    [InlineData("a key longer than there are", 2, 0x01)]
    [InlineData("extras of more than flags", 4, 0x05)]
    [InlineData("extras longer than the body", 4, 0xff)]
    [InlineData("a data type", 5, 0x01)]
    [InlineData("a body of two gigabytes", 8, 0x7f)]
    [InlineData("a body of four gigabytes", 8, 0xff)]
    [InlineData("a body shorter than its parts", 11, 0x08)]
    [InlineData("an opaque that was never sent", 12, 0x01)]
    [InlineData("another one", 13, 0x01)]
    public void A_header_that_lies_is_refused_before_anything_is_waited_for(string lie, int at, int value)
    {
        var header = Encoding.Latin1.GetBytes(BinaryFrame.Hit(Opaque, "Hello", "World"))[..24];
        header[at] = (byte)value;
        var violation = Record.Exception(() => BinaryReplyReader.TryRead(header, out _, out _, out _));
        Assert.True(violation is ProtocolException, $"{lie}: {violation?.ToString() ?? "taken"}");
    }

    [Theory]
    [InlineData(BinaryFrame.Set, 0, "", "", "x")]
    [InlineData(BinaryFrame.Set, 0, "k", "", "")]
    [InlineData(BinaryFrame.Set, 0, "", "\0\0\0\0", "")]
    [InlineData(BinaryFrame.GetK, 0, "", "\0\0\0\0", "value of nobody's")]
    [InlineData(BinaryFrame.GetK, 0, "k", "", "value without flags")]
    [InlineData(BinaryFrame.Increment, 0, "", "", "7")]
    [InlineData(BinaryFrame.Increment, 0, "", "", "123456789")]
    [InlineData(BinaryFrame.Touch, 0, "", "\0\0", "")]
    [InlineData(BinaryFrame.NoOp, 0, "", "", "x")]
    [InlineData(BinaryFrame.Stat, 0, "", "", "a figure without a name")]
    [InlineData(BinaryFrame.Set, 1, "k", "", "")]
    [InlineData(BinaryFrame.GetK, 1, "k", "\0\0\0\0", "")]
    public void A_reply_of_another_shape_than_its_commands_is_a_violation(int opcode, int status, string key, string extras, string value) =>
        Assert.Throws<ProtocolException>(() => Read(opcode, status, key, extras, value));

    [Fact]
    public void An_error_or_a_figure_of_more_than_a_line_is_a_violation()
    {
        var longest = new string('x', ReplyReader.MaxLine);
        Assert.Equal(longest, Read(BinaryFrame.Set, 0x82, value: longest).Text);
        Assert.Throws<ProtocolException>(() => Read(BinaryFrame.Set, 0x82, value: longest + "x"));
        Assert.Throws<ProtocolException>(() => Read(BinaryFrame.Version, value: longest + "x"));
        Assert.Throws<ProtocolException>(() => Read(BinaryFrame.Stat, key: "name", value: longest + "x"));
        Assert.Throws<ProtocolException>(() => Read(BinaryFrame.Stat, key: longest + "x"));
        Assert.Throws<ProtocolException>(() => Read(BinaryFrame.GetK, 1, key: new string('k', 251)));
    }

    [Fact]
    public void A_violation_does_not_show_the_key_or_the_value()
    {
        foreach (var bytes in new[] { "SECRET", "\u0081SECRET of a shifted stream, behind a byte that looks well", BinaryFrame.Reply(BinaryFrame.Set, 0, key: "SECRET", cas: 0x5345435245540000) })
        {
            var violation = Assert.Throws<ProtocolException>(() => BinaryReplyReader.TryRead(Encoding.Latin1.GetBytes(bytes), out _, out _, out _));
            Assert.DoesNotContain("SECRET", violation.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void The_largest_value_is_waited_for_and_costs_nothing_until_it_comes()
    {
        var head = Encoding.Latin1.GetBytes(BinaryFrame.Hit(Opaque, "k", "xyz"));
        var (whole, consumed, needed) = (true, 1, 1);
        SetBody(head, 4 + 1 + (1u << 30));

        Assert.Equal(0, Allocated.By(() => whole = BinaryReplyReader.TryRead(head, out _, out consumed, out needed)));
        Assert.Equal((false, 0, 24 + 4 + 1 + (1 << 30)), (whole, consumed, needed));

        SetBody(head, 4 + 1 + (1u << 30) + 1);
        Assert.Throws<ProtocolException>(() => BinaryReplyReader.TryRead(head, out _, out _, out _));
    }

    private static void SetBody(byte[] frame, uint length) => Encoding.Latin1.GetBytes(BinaryFrame.Number(length, 4)).CopyTo(frame, 8);

    private static ReplyCopy Bare(ReplyCode code, BinaryOpcode opcode, int opaque = 0) => ReplyCopy.Bare(code) with { Opcode = opcode, Opaque = opaque };

    private static ReplyCopy Hex(string hex) =>
        ReplyCopy.Read(Encoding.Latin1.GetString(Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal))), BinaryReplyReader.TryRead);

    private static ReplyCopy Read(int opcode, int status = 0, string key = "", string extras = "", string value = "", ulong cas = 0) =>
        ReplyCopy.Read(BinaryFrame.Reply(opcode, Opaque, status, key, extras, value, cas), BinaryReplyReader.TryRead);
}
