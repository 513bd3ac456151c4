namespace ActorCache.Protocol.Tests;

/// <summary>What a violation shows of the peer's bytes: enough to recognise, nothing that a log or a terminal would obey.</summary>
public sealed class ProtocolExceptionTests
{
    [Theory]
    [InlineData("HTTP/1.1 400", "HTTP/1.1 400")]
    [InlineData("a\r\nb", @"a\x0d\x0ab")]
    [InlineData("\u0000\u001b[31m\u007f\u00ff", @"\x00\x1b[31m\x7f\xff")]
    [InlineData("say \"hi\" \\", @"say \x22hi\x22 \x5c")]
    [InlineData("", "")]
    public void Bytes_are_shown_as_they_are_or_as_hex(string bytes, string shown) =>
        Assert.Equal($"What: \"{shown}\"", new ProtocolException("What", System.Text.Encoding.Latin1.GetBytes(bytes)).Message);

    [Fact]
    public void Only_the_first_bytes_are_shown()
    {
        Assert.DoesNotContain("...", ProtocolException.Printable(new byte[64]), StringComparison.Ordinal);
        Assert.EndsWith("...", ProtocolException.Printable(new byte[65]), StringComparison.Ordinal);
        Assert.True(ProtocolException.Printable(new byte[1_000_000]).Length < 300);
    }

    [Fact]
    public void A_violation_may_have_no_bytes_to_show() => Assert.Equal("What", new ProtocolException("What").Message);
}
