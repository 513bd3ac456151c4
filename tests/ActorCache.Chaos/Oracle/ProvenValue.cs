using System.Buffers.Binary;
using System.Numerics;

namespace ActorCache.Chaos;

/// <summary>
/// A value that says whose it is: checksum, length, version, key, and a filling made from the version. Another key's value, a mixture of
/// two, or one that lost or gained a byte does not pass.
/// </summary>
internal static class ProvenValue
{
    private const int LengthAt = 4, VersionAt = 8, KeyLengthAt = 16, KeyAt = 17;

    public static byte[] Make(ReadOnlySpan<byte> key, long version, int length)
    {
        var value = new byte[Math.Max(length, KeyAt + key.Length)];
        BinaryPrimitives.WriteInt32LittleEndian(value.AsSpan(LengthAt), value.Length);
        BinaryPrimitives.WriteInt64LittleEndian(value.AsSpan(VersionAt), version);
        value[KeyLengthAt] = (byte)key.Length;
        key.CopyTo(value.AsSpan(KeyAt));
        value.AsSpan(KeyAt + key.Length).Fill((byte)(version * 37));
        BinaryPrimitives.WriteUInt32LittleEndian(value, Checksum(value));
        return value;
    }

    /// <summary>The version of an undamaged value of this key; else -1.</summary>
    public static long VersionOf(ReadOnlySpan<byte> value, ReadOnlySpan<byte> key)
    {
        var proven = value.Length >= KeyAt + key.Length
            && BinaryPrimitives.ReadInt32LittleEndian(value[LengthAt..]) == value.Length
            && value[KeyLengthAt] == key.Length
            && value.Slice(KeyAt, key.Length).SequenceEqual(key)
            && BinaryPrimitives.ReadUInt32LittleEndian(value) == Checksum(value);
        return proven ? BinaryPrimitives.ReadInt64LittleEndian(value[VersionAt..]) : -1;
    }

    private static uint Checksum(ReadOnlySpan<byte> value)
    {
        // CRC-32C of all behind the checksum itself, eight bytes a step.
        var crc = ~0u;
        var rest = value[LengthAt..];
        for (; rest.Length >= sizeof(ulong); rest = rest[sizeof(ulong)..]) crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(rest));
        foreach (var octet in rest) crc = BitOperations.Crc32C(crc, octet);
        return ~crc;
    }
}
