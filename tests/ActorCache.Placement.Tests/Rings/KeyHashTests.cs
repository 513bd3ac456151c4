namespace ActorCache.Placement.Tests;

public sealed class KeyHashTests
{
    [Fact] // MD5("a") = 0cc175b9...
    public void Md5_gives_its_first_four_bytes_as_a_little_endian_number() => Assert.Equal(0xb975c10cu, KeyHash.Md5.Of("a"u8));
}
