using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace FailoverDemo;

/// <summary>
/// A value that proves its key: a checksum over all that follows, who wrote it and when in that caller's life, the key, and filler. A reply
/// that reaches another key's caller, or arrives damaged, does not pass <see cref="Proves"/>.
/// </summary>
internal static class ProvenValue
{
    /// <summary>Bytes of a value.</summary>
    public const int Length = 100;

    private const int SequenceAt = 4;
    private const int KeyLengthAt = 12;
    private const int KeyAt = 13;

    /// <summary>Writes the value into <paramref name="value"/>.</summary>
    public static void Write(Span<byte> value, string key, ulong sequence)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(value[SequenceAt..], sequence);
        var end = KeyAt + Encoding.UTF8.GetBytes(key, value[KeyAt..]);
        value[KeyLengthAt] = (byte)(end - KeyAt);
        value[end..].Fill((byte)sequence);
        BinaryPrimitives.WriteUInt32LittleEndian(value, Checksum(value));
    }

    /// <summary>Whether these bytes are, undamaged, a value of this key.</summary>
    public static bool Proves(ReadOnlySpan<byte> value, string key)
    {
        if (value.Length != Length || BinaryPrimitives.ReadUInt32LittleEndian(value) != Checksum(value)) return false;
        Span<byte> expected = stackalloc byte[Length - KeyAt];
        var length = Encoding.UTF8.GetBytes(key, expected);
        return value[KeyLengthAt] == length && value.Slice(KeyAt, length).SequenceEqual(expected[..length]);
    }

    private static uint Checksum(ReadOnlySpan<byte> value)
    {
        // CRC-32C, eight bytes at a step.
        var crc = ~0u;
        var rest = value[SequenceAt..];
        for (; rest.Length >= sizeof(ulong); rest = rest[sizeof(ulong)..])
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(rest));
        foreach (var octet in rest) crc = BitOperations.Crc32C(crc, octet);
        return ~crc;
    }
}
