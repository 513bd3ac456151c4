using System.Text;

namespace ActorCache.Protocol.Tests;

/// <summary>Every line that memcached answers with in classic, and every line that it does not.</summary>
public sealed class ClassicReplyReaderTests
{
    [Theory]
    [InlineData("STORED\r\n", ReplyCode.Stored)]
    [InlineData("NOT_STORED\r\n", ReplyCode.NotStored)]
    [InlineData("EXISTS\r\n", ReplyCode.Exists)]
    [InlineData("NOT_FOUND\r\n", ReplyCode.NotFound)]
    [InlineData("DELETED\r\n", ReplyCode.Deleted)]
    [InlineData("TOUCHED\r\n", ReplyCode.Touched)]
    [InlineData("END\r\n", ReplyCode.End)]
    [InlineData("OK\r\n", ReplyCode.Ok)]
    [InlineData("RESET\r\n", ReplyCode.Reset)]
    [InlineData("ERROR\r\n", ReplyCode.Error)]
    [InlineData("CLIENT_ERROR\r\n", ReplyCode.ClientError)]
    [InlineData("SERVER_ERROR\r\n", ReplyCode.ServerError)]
    [InlineData("VERSION\r\n", ReplyCode.Version)]
    [InlineData("STAT\r\n", ReplyCode.Stat)]
    public void Each_code_is_known_and_brings_nothing_of_its_own(string bytes, ReplyCode code) => Assert.Equal(ReplyCopy.Bare(code), Read(bytes));

    [Theory]
    [InlineData("VERSION mcrouter 39.0.0\r\n", ReplyCode.Version, "mcrouter 39.0.0")]
    [InlineData("ERROR Too many open connections\r\n", ReplyCode.Error, "Too many open connections")]
    [InlineData("CLIENT_ERROR bad data chunk\r\n", ReplyCode.ClientError, "bad data chunk")]
    [InlineData("SERVER_ERROR Connection refused\r\n", ReplyCode.ServerError, "Connection refused")]
    public void A_line_of_text_keeps_its_text(string bytes, ReplyCode code, string text) => Assert.Equal(ReplyCopy.Bare(code) with { Text = text }, Read(bytes));

    [Fact]
    public void A_figure_has_a_name_and_a_value_that_may_be_missing()
    {
        Assert.Equal(ReplyCopy.Bare(ReplyCode.Stat) with { Key = "curr_items", Value = "12" }, Read("STAT curr_items 12\r\n"));
        Assert.Equal(ReplyCopy.Bare(ReplyCode.Stat) with { Key = "inter" }, Read("STAT inter\r\n"));
    }

    [Theory]
    [InlineData("VALUE user:42 0 2\r\nhi\r\nEND\r\n", "user:42", 0u, 0ul)]
    [InlineData("VALUE user:42 4294967295 2\r\nhi\r\nEND\r\n", "user:42", uint.MaxValue, 0ul)]
    [InlineData("VALUE user:42 0 2 18446744073709551615\r\nhi\r\nEND\r\n", "user:42", 0u, ulong.MaxValue)]
    [InlineData("VALUE 5 6 2 7\r\nhi\r\nEND\r\n", "5", 6u, 7ul)]
    public void A_value_and_the_END_behind_it_are_one_reply(string bytes, string key, uint flags, ulong cas) =>
        Assert.Equal(ReplyCopy.Bare(ReplyCode.Value) with { Key = key, ClientFlags = flags, Cas = cas, Value = "hi" }, Read(bytes));

    [Theory]
    [InlineData("")]
    [InlineData("\r\n")]
    [InlineData("END\r\nVALUE k 0 1\r\nx\r\nEND\r\n")]
    [InlineData("\0\u00ff\n\n\r")]
    public void A_value_is_as_long_as_it_says_whatever_is_in_it(string value) =>
        Assert.Equal(value, Read($"VALUE k 0 {value.Length} 1\r\n{value}\r\nEND\r\n").Value);

    // memcached leaves a counter that has become shorter its length, and fills it with spaces.
    [Theory]
    [InlineData("0\r\n", "0")]
    [InlineData("99  \r\n", "99")]
    [InlineData("18446744073709551615\r\n", "18446744073709551615")]
    public void A_line_of_digits_is_a_number(string bytes, string number) =>
        Assert.Equal(ReplyCopy.Bare(ReplyCode.Number) with { Value = number }, Read(bytes));

    [Fact]
    public void A_reply_ends_where_the_next_begins()
    {
        var input = "VALUE k 0 2\r\nhi\r\nEND\r\nSTORED\r\n"u8;

        Assert.True(ClassicReplyReader.TryRead(input, out var first, out var consumed, out _));
        Assert.Equal((ReplyCode.Value, 22), (first.Code, consumed));
        Assert.True(ClassicReplyReader.TryRead(input[consumed..], out var second, out consumed, out _));
        Assert.Equal((ReplyCode.Stored, 8), (second.Code, consumed));
    }

    [Theory]
    [InlineData(ReplyCode.Stored, "STORED\r\n", ReplyCode.Done)]
    [InlineData(ReplyCode.Deleted, "DELETED\r\n", ReplyCode.Done)]
    [InlineData(ReplyCode.Touched, "TOUCHED\r\n", ReplyCode.Done)]
    [InlineData(ReplyCode.End, "END\r\n", ReplyCode.Miss)]
    [InlineData(ReplyCode.Number, "7\r\n", ReplyCode.Value)]
    [InlineData(ReplyCode.NotFound, "NOT_FOUND\r\n", ReplyCode.NotFound)]
    [InlineData(ReplyCode.ServerError, "SERVER_ERROR\r\n", ReplyCode.ServerError)]
    public void A_reply_can_be_said_in_the_words_of_meta(ReplyCode read, string bytes, ReplyCode translated)
    {
        Assert.True(ClassicReplyReader.TryRead(Encoding.ASCII.GetBytes(bytes), out var reply, out _, out _));
        Assert.Equal(read, reply.Code);
        reply.Translate();
        Assert.Equal(translated, reply.Code);
    }

    [Theory]
    [InlineData("STORED\n", "CR LF")]
    [InlineData("\n", "CR LF")]
    [InlineData("\r\n", "no known code")]
    [InlineData(" STORED\r\n", "no known code")]
    [InlineData("stored\r\n", "no known code")]
    [InlineData("STOREDX\r\n", "no known code")]
    [InlineData("HD O1\r\n", "no known code")]
    [InlineData("MN\r\n", "no known code")]
    [InlineData("EN\r\n", "no known code")]
    [InlineData("VA 2 O1\r\n", "no known code")]
    [InlineData("HTTP/1.1 400 Bad Request\r\n\r\n", "no known code")]
    [InlineData("-ERR unknown command\r\n", "no known code")]
    [InlineData("-1", "no known code")]
    [InlineData("\u0016\u0003\u0001", "no known code")]
    [InlineData("STORED x\r\n", "Nothing may follow")]
    [InlineData("END x\r\n", "Nothing may follow")]
    [InlineData("NOT_FOUND \r\n", "Nothing may follow")]
    [InlineData("5x\r\n", "number")]
    [InlineData("5 6\r\n", "number")]
    [InlineData("220 mail.example.org ESMTP\r\n", "number")]
    [InlineData("18446744073709551616\r\n", "number")]
    [InlineData("VALUE\r\n", "no key")]
    [InlineData("VALUE \r\n", "no key")]
    [InlineData("VALUE  0 1\r\n", "no key")]
    [InlineData("VALUE k\r\n", "flags")]
    [InlineData("VALUE k -1 1\r\n", "flags")]
    [InlineData("VALUE k 4294967296 1\r\n", "flags")]
    [InlineData("VALUE k x 1\r\n", "flags")]
    [InlineData("VALUE k  0 1\r\n", "flags")]
    [InlineData("VALUE k 0\r\n", "length")]
    [InlineData("VALUE k 0 -1\r\n", "length")]
    [InlineData("VALUE k 0 +1\r\n", "length")]
    [InlineData("VALUE k 0 1x\r\n", "length")]
    [InlineData("VALUE k 0 1073741825\r\n", "length")]
    [InlineData("VALUE k 0 2147483647\r\n", "length")]
    [InlineData("VALUE k 0 4294967297\r\n", "length")]
    [InlineData("VALUE k 0 18446744073709551617\r\n", "length")]
    [InlineData("VALUE k 0 1 x\r\n", "version")]
    [InlineData("VALUE k 0 1 -7\r\n", "version")]
    [InlineData("VALUE k 0 1 18446744073709551616\r\n", "version")]
    [InlineData("VALUE k 0 1 7 8\r\n", "behind its version")]
    [InlineData("VALUE k 0 2\r\nhi!\r\nEND\r\n", "CR LF and END")]
    [InlineData("VALUE k 0 2\r\nhi\n\nEND\r\n", "CR LF and END")]
    [InlineData("VALUE k 0 2\r\nhi\r\nVALUE l 0 2\r\nhi\r\nEND\r\n", "CR LF and END")]
    [InlineData("VALUE k 0 2\r\nhi\r\nSTORED\r\n", "CR LF and END")]
    public void A_line_that_memcached_does_not_say_is_a_violation(string bytes, string saying)
    {
        var violation = Assert.Throws<ProtocolException>(() => ClassicReplyReader.TryRead(Encoding.Latin1.GetBytes(bytes), out _, out _, out _));
        Assert.Contains(saying, violation.Message, StringComparison.Ordinal);
    }

    // What is thrown here ends up in a log beside the connection's end.
    [Theory]
    [InlineData("VALUE SECRET x 1\r\n")]
    [InlineData("VALUE SECRET 0 x\r\n")]
    [InlineData("VALUE SECRET 0 1 x\r\n")]
    [InlineData("VALUE SECRET 0 1 7 8\r\n")]
    [InlineData("VALUE k 0 1\r\nSECRET\r\nEND\r\n")]
    [InlineData("VALUE SECRET 0 1\n")]
    [InlineData("STORED SECRET\r\n")]
    [InlineData("VALUES SECRET 0 1\r\n")]
    public void A_violation_does_not_show_the_key_or_the_value(string bytes)
    {
        var violation = Assert.Throws<ProtocolException>(() => ClassicReplyReader.TryRead(Encoding.Latin1.GetBytes(bytes), out _, out _, out _));
        Assert.DoesNotContain("SECRET", violation.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Eight_kilobytes_without_a_line_end_are_a_violation()
    {
        var text = Encoding.ASCII.GetBytes("SERVER_ERROR " + new string('x', ReplyReader.MaxLine));

        Assert.False(ClassicReplyReader.TryRead(text.AsSpan(0, ReplyReader.MaxLine - 1), out _, out _, out _));
        Assert.Throws<ProtocolException>(() => ClassicReplyReader.TryRead(text.AsSpan(0, ReplyReader.MaxLine), out _, out _, out _));
    }

    [Fact]
    public void The_largest_value_is_waited_for_and_costs_nothing_until_it_comes()
    {
        var head = "VALUE k 0 1073741824\r\nxyz"u8.ToArray();
        var (whole, consumed, needed) = (true, 1, 1);

        Assert.Equal(0, Allocated.By(() => whole = ClassicReplyReader.TryRead(head, out _, out consumed, out needed)));
        Assert.Equal((false, 0, 22 + (1 << 30) + 7), (whole, consumed, needed));
    }

    private static ReplyCopy Read(string bytes) => ReplyCopy.Read(bytes, ClassicReplyReader.TryRead);
}
