using System.Text;

namespace ActorCache.Placement.Tests;

public sealed class Crc32Tests
{
    [Theory] // the check value of the algorithm, and what zlib says
    [InlineData("123456789", 0xcbf43926u)]
    [InlineData("", 0u)]
    [InlineData("a", 0xe8b7be43u)]
    public void Known_values_hold(string text, uint crc) => Assert.Equal(crc, Crc32.Of(Encoding.ASCII.GetBytes(text)));

    [Theory]
    [InlineData(0)]
    [InlineData(19)]
    public void A_number_stands_before_the_source_in_decimal_digits(int number) =>
        Assert.Equal(Crc32.Of(Encoding.ASCII.GetBytes($"{number}key")), Crc32.Of(number, "key"u8));
}
