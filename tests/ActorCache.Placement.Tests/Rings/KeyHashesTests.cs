using System.Text;

namespace ActorCache.Placement.Tests;

public sealed class KeyHashesTests
{
    private const string NotAscii = "héllo-ключ";

    [Fact] // MD5("a") = 0cc175b9...
    public void Md5_gives_its_first_four_bytes_as_a_little_endian_number() => Assert.Equal(0xb975c10cu, KeyHashes.Md5("a"u8));

    // What libhashkit 2 answers. Signed characters are what makes the difference.
    [Theory]
    [InlineData("abc", 0xed131f5bu, 0x1a47e90bu, 0x3524u, 0x98500190u)]
    [InlineData(NotAscii, 0xb783debau, 0xf389b363u, 0x3d07u, 0x59b45ecau)]
    public void Libmemcacheds_hashes_are_the_librarys(string key, uint oneAtATime, uint fnv1a32, uint crc, uint md5)
    {
        var bytes = Encoding.UTF8.GetBytes(key);

        Assert.Equal(
            (oneAtATime, fnv1a32, crc, md5),
            (KeyHashes.OneAtATime(bytes), KeyHashes.LibmemcachedFnv1a32(bytes), KeyHashes.LibmemcachedCrc(bytes), KeyHashes.Md5(bytes)));
    }

    [Fact]
    public void Enyims_fnv_reads_unsigned_bytes()
    {
        Assert.Equal(KeyHashes.LibmemcachedFnv1a32("abc"u8), KeyHashes.Fnv1a32("abc"u8));
        Assert.NotEqual(KeyHashes.LibmemcachedFnv1a32(Encoding.UTF8.GetBytes(NotAscii)), KeyHashes.Fnv1a32(Encoding.UTF8.GetBytes(NotAscii)));
    }

    [Fact]
    public void Twemproxys_fnv_of_nothing_is_the_lower_half_of_the_offset_basis() => Assert.Equal(0x84222325u, KeyHashes.TwemproxyFnv1a64(default));
}
