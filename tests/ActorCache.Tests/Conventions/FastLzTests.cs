using System.Text;
using CsCheck;

namespace ActorCache.Tests;

/// <summary>FastLZ by hand, and by chance. Whatever php-memcached really writes is read in EndToEnd.Tests/Interop.</summary>
public class FastLzTests
{
    [Theory]
    [InlineData("00 78", "x")]
    // Two literals, then a match of nine bytes and three more, from two back: it reads what it writes.
    [InlineData("01 61 62 E0 03 01", "ababababababab")]
    [InlineData("01 61 62 20 01", "ababa")]
    // Level 2, where such a length goes on as long as it says 255.
    [InlineData("21 61 62 E0 03 01", "ababababababab")]
    public void Literals_and_matches_are_read(string hex, string text)
    {
        using var output = new BoundedBuffer(1000);
        FastLz.Decompress(Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal)), (uint)text.Length, output);
        Assert.Equal(text, Encoding.ASCII.GetString(output.Written));
    }

    [Fact]
    public void A_length_of_level_2_goes_on_as_long_as_it_says_255()
    {
        using var output = new BoundedBuffer(1000);
        FastLz.Decompress([0x20, (byte)'x', 0xE0, 255, 255, 3, 0], 1 + 9 + 255 + 255 + 3, output);
        Assert.Equal(new string('x', 523), Encoding.ASCII.GetString(output.Written));
    }

    [Fact]
    public void Any_bytes_are_refused_or_read_and_nothing_else() => Gen.Byte.Array[0, 60].Select(Gen.UInt[0, 3000]).Sample(one =>
    {
        using var output = new BoundedBuffer(1000);
        try
        {
            FastLz.Decompress(one.Item1, one.Item2, output);
            Assert.Equal((int)one.Item2, output.Written.Length);
        }
        catch (CacheValueException)
        {
        }
    }, iter: 100_000);

    [Fact]
    public void A_length_that_cannot_be_is_refused_before_there_is_room_for_it()
    {
        using var output = new BoundedBuffer(1 << 30);
        Assert.Throws<CacheValueException>(() => FastLz.Decompress([0, 1], 1 << 30, output));
        Assert.Throws<CacheValueException>(() => FastLz.Decompress([0, 1], uint.MaxValue, output));
    }
}
