using System.Text;
using ActorCache.EmbeddedServer.Commands;

namespace ActorCache.EmbeddedServer.Tests.Commands;

public sealed class CNumberTests
{
    [Theory]
    [InlineData("0", 0UL)]
    [InlineData("18446744073709551615", ulong.MaxValue)]
    [InlineData("+5", 5UL)]
    [InlineData(" \t5", 5UL)]
    [InlineData("5 x", 5UL)]
    [InlineData("5\0x", 5UL)]
    [InlineData("007", 7UL)]
    [InlineData("-0", 0UL)]
    [InlineData("-18446744073709551615", 1UL)]
    public void An_unsigned_number_is_read_as_strtoull_does(string text, ulong number)
    {
        Assert.True(CNumber.TryUInt64(Encoding.Latin1.GetBytes(text), out var value));
        Assert.Equal(number, value);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("x")]
    [InlineData("5x")]
    [InlineData("0x5")]
    [InlineData("+")]
    [InlineData("--5")]
    [InlineData("-1")]
    [InlineData("18446744073709551616")]
    [InlineData("99999999999999999999999999")]
    public void What_is_no_unsigned_number_is_refused(string text)
        => Assert.False(CNumber.TryUInt64(Encoding.Latin1.GetBytes(text), out _));

    [Theory]
    [InlineData("2147483647", int.MaxValue)]
    [InlineData("2147483648", int.MinValue)]
    [InlineData("4294967297", 1)]
    [InlineData("-1", -1)]
    [InlineData("9223372036854775807", -1)]
    public void A_signed_number_loses_its_upper_half(string text, int number)
    {
        Assert.True(CNumber.TryInt32(Encoding.Latin1.GetBytes(text), out var value));
        Assert.Equal(number, value);
    }

    [Theory]
    [InlineData("9223372036854775808")]
    [InlineData("-9223372036854775809")]
    public void A_signed_number_of_more_than_64_bits_is_refused(string text)
        => Assert.False(CNumber.TryInt64(Encoding.Latin1.GetBytes(text), out _));

    [Fact]
    public void The_smallest_signed_number_is_one()
    {
        Assert.True(CNumber.TryInt64("-9223372036854775808"u8, out var value));
        Assert.Equal(long.MinValue, value);
    }
}
