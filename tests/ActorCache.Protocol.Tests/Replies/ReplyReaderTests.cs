using System.Text;

namespace ActorCache.Protocol.Tests;

/// <summary>Every code and every flag that memcached answers with, and every line that it does not.</summary>
public sealed class ReplyReaderTests
{
    [Theory]
    [InlineData("HD\r\n", ReplyCode.Done)]
    [InlineData("EN\r\n", ReplyCode.Miss)]
    [InlineData("NF\r\n", ReplyCode.NotFound)]
    [InlineData("NS\r\n", ReplyCode.NotStored)]
    [InlineData("EX\r\n", ReplyCode.Exists)]
    [InlineData("MN\r\n", ReplyCode.NoOp)]
    [InlineData("OK\r\n", ReplyCode.Ok)]
    [InlineData("END\r\n", ReplyCode.End)]
    [InlineData("RESET\r\n", ReplyCode.Reset)]
    [InlineData("ERROR\r\n", ReplyCode.Error)]
    [InlineData("CLIENT_ERROR\r\n", ReplyCode.ClientError)]
    [InlineData("SERVER_ERROR\r\n", ReplyCode.ServerError)]
    [InlineData("VERSION\r\n", ReplyCode.Version)]
    [InlineData("STAT\r\n", ReplyCode.Stat)]
    [InlineData("VA 0\r\n\r\n", ReplyCode.Value)]
    public void Each_code_is_known_and_brings_nothing_of_its_own(string bytes, ReplyCode code) =>
        Assert.Equal(ReplyCopy.Bare(code), ReplyCopy.Read(bytes));

    [Theory]
    [InlineData("VERSION 1.6.18\r\n", ReplyCode.Version, "1.6.18")]
    [InlineData("ERROR Too many open connections\r\n", ReplyCode.Error, "Too many open connections")]
    [InlineData("CLIENT_ERROR bad data chunk\r\n", ReplyCode.ClientError, "bad data chunk")]
    [InlineData("SERVER_ERROR out of memory storing object\r\n", ReplyCode.ServerError, "out of memory storing object")]
    [InlineData("SERVER_ERROR O5 kfoo\r\n", ReplyCode.ServerError, "O5 kfoo")]
    public void A_line_of_text_keeps_its_text(string bytes, ReplyCode code, string text) =>
        Assert.Equal(ReplyCopy.Bare(code) with { Text = text }, ReplyCopy.Read(bytes));

    [Theory]
    [InlineData("STAT curr_items 12\r\n", "curr_items", "12")]
    [InlineData("STAT version a b\r\n", "version", "a b")]
    [InlineData("STAT inter\r\n", "inter", "")]
    [InlineData("STAT inter \r\n", "inter", "")]
    public void A_figure_has_a_name_and_a_value_that_may_be_missing(string bytes, string name, string figure) =>
        Assert.Equal(ReplyCopy.Bare(ReplyCode.Stat) with { Key = name, Value = figure }, ReplyCopy.Read(bytes));

    [Fact]
    public void Every_flag_is_read_on_a_line_and_on_a_value()
    {
        const string Flags = "kuser:42 O65535 c18446744073709551615 f4294967295 t30 s2 h1 l5 b W X Z";
        var all = ReplyCopy.Bare(ReplyCode.Done) with
        {
            Key = "user:42", Opaque = 65535, Cas = ulong.MaxValue, ClientFlags = uint.MaxValue, TimeToLive = 30, Size = 2,
            Won = true, Stale = true, WonByAnother = true,
        };

        Assert.Equal(all, ReplyCopy.Read($"HD {Flags}\r\n"));
        Assert.Equal(all with { Code = ReplyCode.Value, Value = "hi" }, ReplyCopy.Read($"VA 2 {Flags}\r\nhi\r\n"));
    }

    [Theory]
    [InlineData("HD O0\r\n", 0)]
    [InlineData("HD O00007\r\n", 7)]
    [InlineData("HD c0 f0 s0 t0 O1\r\n", 1)]
    public void Numbers_may_be_zero(string bytes, int opaque) => Assert.Equal(opaque, ReplyCopy.Read(bytes).Opaque);

    [Fact]
    public void A_time_to_live_of_minus_one_is_for_ever() => Assert.Equal(-1, ReplyCopy.Read("HD t-1\r\n").TimeToLive);

    [Fact]
    public void A_key_may_begin_with_anything_that_a_key_may_hold() => Assert.Equal("O5", ReplyCopy.Read("EN kO5 O6\r\n").Key);

    [Theory]
    [InlineData("")]
    [InlineData("\r\n")]
    [InlineData("END\r\nVA 1\r\nx\r\n")]
    [InlineData("\0\u00ff\n\n\r")]
    public void A_value_is_as_long_as_it_says_whatever_is_in_it(string value) =>
        Assert.Equal(value, ReplyCopy.Read($"VA {value.Length} O1\r\n{value}\r\n").Value);

    [Fact]
    public void A_reply_ends_where_the_next_begins()
    {
        var input = "VA 2 O1\r\nhi\r\nHD O2\r\n"u8;

        Assert.True(ReplyReader.TryRead(input, out var first, out var consumed, out _));
        Assert.Equal((1, 13), (first.Opaque, consumed));
        Assert.True(ReplyReader.TryRead(input[consumed..], out var second, out consumed, out _));
        Assert.Equal((2, 7), (second.Opaque, consumed));
    }

    // Some proxies leave a space before the line end; nothing can be misread because of it.
    [Fact]
    public void A_space_before_the_line_end_is_no_flag() => Assert.Equal(5, ReplyCopy.Read("HD O5 \r\n").Opaque);

    [Theory]
    [InlineData("HD O1\n", "CR LF")]
    [InlineData("\n", "CR LF")]
    [InlineData("VA 2\nhi\r\n", "CR LF")]
    [InlineData("\r\n", "no known code")]
    [InlineData(" HD\r\n", "no known code")]
    [InlineData("hd\r\n", "no known code")]
    [InlineData("HDX\r\n", "no known code")]
    [InlineData("HD\tO1\r\n", "no known code")]
    [InlineData("XX O1\r\n", "no known code")]
    [InlineData("ENDE\r\n", "no known code")]
    [InlineData("STORED\r\n", "no known code")]
    [InlineData("VALUE k 0 1\r\n", "no known code")]
    [InlineData("HTTP/1.1 400 Bad Request\r\n\r\n", "no known code")]
    [InlineData("-ERR unknown command\r\n", "no known code")]
    [InlineData("\u0016\u0003\u0001", "no known code")]
    [InlineData("5", "no known code")]
    [InlineData("MN hello\r\n", "Nothing may follow")]
    [InlineData("MN \r\n", "Nothing may follow")]
    [InlineData("OK O1\r\n", "Nothing may follow")]
    [InlineData("END x\r\n", "Nothing may follow")]
    [InlineData("RESET x\r\n", "Nothing may follow")]
    [InlineData("VA\r\n", "length")]
    [InlineData("VA \r\n", "length")]
    [InlineData("VA  5\r\n", "length")]
    [InlineData("VA x\r\n", "length")]
    [InlineData("VA 5x\r\n", "length")]
    [InlineData("VA -1\r\n", "length")]
    [InlineData("VA -0\r\n\r\n", "length")]
    [InlineData("VA +1\r\nx\r\n", "length")]
    [InlineData("VA 0x10\r\n", "length")]
    [InlineData("VA 1073741825\r\n", "length")]
    [InlineData("VA 2147483647\r\n", "length")]
    [InlineData("VA 4294967297\r\n", "length")]
    [InlineData("VA 99999999999\r\n", "length")]
    [InlineData("VA 18446744073709551616 O1\r\n", "length")]
    [InlineData("VA 2 O1\r\nhi!\r\n", "CR LF")]
    [InlineData("VA 2 O1\r\nhi\n\n", "CR LF")]
    [InlineData("VA 2 O1\r\nhi\r\r", "CR LF")]
    [InlineData("VA 2  O1\r\nhi\r\n", "empty flag")]
    [InlineData("HD  O1\r\n", "empty flag")]
    [InlineData("HD O1  \r\n", "empty flag")]
    [InlineData("HD Q1\r\n", "not asked for")]
    [InlineData("HD o1\r\n", "not asked for")]
    [InlineData("EN 5\r\n", "not asked for")]
    [InlineData("HD O1\rO2\r\n", "number")]
    [InlineData("HD O\r\n", "number")]
    [InlineData("HD O-1\r\n", "number")]
    [InlineData("HD O+1\r\n", "number")]
    [InlineData("HD O65536\r\n", "number")]
    [InlineData("HD O1x\r\n", "number")]
    [InlineData("HD O1\t\r\n", "number")]
    [InlineData("HD O1\0\r\n", "number")]
    [InlineData("HD c18446744073709551616\r\n", "number")]
    [InlineData("HD f4294967296\r\n", "number")]
    [InlineData("HD f-1\r\n", "number")]
    [InlineData("HD t-2\r\n", "number")]
    [InlineData("HD s\r\n", "number")]
    [InlineData("HD s1.5\r\n", "number")]
    public void A_line_that_memcached_does_not_say_is_a_violation(string bytes, string saying)
    {
        var violation = Assert.Throws<ProtocolException>(() => ReplyReader.TryRead(Encoding.Latin1.GetBytes(bytes), out _, out _, out _));
        Assert.Contains(saying, violation.Message, StringComparison.Ordinal);
    }

    // What is thrown here ends up in a log beside the connection's end.
    [Theory]
    [InlineData("VA 5x kSECRET O1\r\n")]
    [InlineData("VA 1 kSECRET O1\r\nSECRET\r\n")]
    [InlineData("HD kSECRET Q1\r\n")]
    [InlineData("HD kSECRET O99999\r\n")]
    [InlineData("HD kSECRET  O1\r\n")]
    [InlineData("HD kSECRET O1\n")]
    [InlineData("EN? kSECRET O1\r\n")]
    public void A_violation_does_not_show_the_key_or_the_value(string bytes)
    {
        var violation = Assert.Throws<ProtocolException>(() => ReplyReader.TryRead(Encoding.Latin1.GetBytes(bytes), out _, out _, out _));
        Assert.DoesNotContain("SECRET", violation.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Eight_kilobytes_without_a_line_end_are_a_violation()
    {
        var text = Encoding.ASCII.GetBytes("SERVER_ERROR " + new string('x', ReplyReader.MaxLine));

        Assert.False(ReplyReader.TryRead(text.AsSpan(0, ReplyReader.MaxLine - 1), out _, out _, out _));
        Assert.Throws<ProtocolException>(() => ReplyReader.TryRead(text.AsSpan(0, ReplyReader.MaxLine), out _, out _, out _));
    }

    [Fact]
    public void A_line_end_past_eight_kilobytes_comes_too_late()
    {
        var text = Encoding.ASCII.GetBytes("SERVER_ERROR " + new string('x', ReplyReader.MaxLine) + "\r\n");

        Assert.Throws<ProtocolException>(() => ReplyReader.TryRead(text, out _, out _, out _));
        Assert.True(ReplyReader.TryRead([.. text.AsSpan(0, ReplyReader.MaxLine - 2), .. "\r\n"u8], out _, out _, out _));
    }

    [Fact]
    public void The_largest_value_is_waited_for_and_costs_nothing_until_it_comes()
    {
        var head = "VA 1073741824 O1\r\nxyz"u8.ToArray();
        var (whole, consumed, needed) = (true, 1, 1);

        Assert.Equal(0, Allocated.By(() => whole = ReplyReader.TryRead(head, out _, out consumed, out needed)));
        Assert.Equal((false, 0, 18 + (1 << 30) + 2), (whole, consumed, needed));
    }
}
