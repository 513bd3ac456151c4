namespace ActorCache.Placement;

/// <summary>
/// The hash functions of the clients whose placements we know; none allocates. Those that are written in C read a key as signed characters,
/// so that a byte above 127 counts as a negative number: to be told from others by keys that are not ASCII only.
/// </summary>
internal static class KeyHashes
{
    /// <summary>MD5, its first four bytes read as a little-endian number: ketama's.</summary>
    public static uint Md5(ReadOnlySpan<byte> key) => Placement.Md5.Hash(key).A;

    /// <summary>zlib's CRC-32, whole: dalli's.</summary>
    public static uint Crc(ReadOnlySpan<byte> key) => Crc32.Of(key);

    /// <summary>libmemcached's <c>MEMCACHED_HASH_CRC</c>: 15 bits of the CRC-32.</summary>
    public static uint LibmemcachedCrc(ReadOnlySpan<byte> key) => Crc32.Of(key) >> 16 & 0x7fff;

    /// <summary>Jenkins' one-at-a-time, libmemcached's default and twemproxy's <c>one_at_a_time</c>.</summary>
    public static uint OneAtATime(ReadOnlySpan<byte> key)
    {
        var hash = 0u;
        foreach (var value in key)
        {
            hash += (uint)(sbyte)value;
            hash += hash << 10;
            hash ^= hash >> 6;
        }
        hash += hash << 3;
        hash ^= hash >> 11;
        return hash + (hash << 15);
    }

    /// <summary>FNV-1a of 32 bits, as libmemcached has it.</summary>
    public static uint LibmemcachedFnv1a32(ReadOnlySpan<byte> key)
    {
        var hash = 2166136261;
        foreach (var value in key)
            hash = (hash ^ (uint)(sbyte)value) * 16777619;
        return hash;
    }

    /// <summary>FNV-1a of 32 bits over unsigned bytes: Enyim's.</summary>
    public static uint Fnv1a32(ReadOnlySpan<byte> key)
    {
        var hash = 2166136261;
        foreach (var value in key)
            hash = (hash ^ value) * 16777619;
        return hash;
    }

    /// <summary>twemproxy's <c>fnv1a_64</c>, which it computes in 32 bits: what is left of the offset basis and of the prime.</summary>
    public static uint TwemproxyFnv1a64(ReadOnlySpan<byte> key)
    {
        var hash = 0x84222325;
        foreach (var value in key)
            hash = (hash ^ (uint)(sbyte)value) * 0x1b3;
        return hash;
    }
}
