using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace ActorCache.Placement;

/// <summary>MurmurHash3 of 32 bits (x86 variant), seed 0, in the steps that <see cref="RendezvousScores"/> takes one at a time.</summary>
internal static class Murmur3
{
    public const int WordSize = sizeof(uint);

    public static uint Hash(ReadOnlySpan<byte> source)
    {
        var state = 0u;
        var rest = source;
        for (; rest.Length >= WordSize; rest = rest[WordSize..])
            state = Take(state, Mix(BinaryPrimitives.ReadUInt32LittleEndian(rest)));
        return Finish(state ^ Mix(Partial(rest)), source.Length);
    }

    /// <summary>Up to four bytes as a little-endian number.</summary>
    public static uint Partial(ReadOnlySpan<byte> bytes)
    {
        var word = 0u;
        for (var i = bytes.Length - 1; i >= 0; i--)
            word = word << 8 | bytes[i];
        return word;
    }

    /// <summary>What a word of the source is made into before the state takes it; 0 of 0, so that a tail of no bytes changes nothing.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Mix(uint word) => BitOperations.RotateLeft(word * 0xcc9e2d51, 15) * 0x1b873593;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Take(uint state, uint mixed) => BitOperations.RotateLeft(state ^ mixed, 13) * 5 + 0xe6546b64;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Finish(uint state, int length)
    {
        state ^= (uint)length;
        state = (state ^ state >> 16) * 0x85ebca6b;
        state = (state ^ state >> 13) * 0xc2b2ae35;
        return state ^ state >> 16;
    }
}
