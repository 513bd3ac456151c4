using System.Text;

namespace ActorCache.Placement.Tests;

public sealed class Murmur3Tests
{
    [Theory] // of every length of the last word; computed by pymemcache's own function
    [InlineData("", 0u)]
    [InlineData("a", 0x3c2569b2u)]
    [InlineData("ab", 0x9bbfd75fu)]
    [InlineData("abc", 0xb3dd93fau)]
    [InlineData("abcd", 0x43ed676au)]
    [InlineData("127.0.0.1:11211-key", 0x4db0e457u)]
    public void Known_values_hold(string text, uint hash) => Assert.Equal(hash, Murmur3.Hash(Encoding.ASCII.GetBytes(text)));
}
