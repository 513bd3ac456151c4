using System.Runtime.InteropServices;

namespace ActorCache.EmbeddedServer.Storage;

/// <summary>
/// Compares keys by their bytes, so that a key can be looked up where it lies in the input, without an array of its own. The hash is
/// seeded for every store, so that a client cannot pick keys which all meet in one bucket.
/// </summary>
internal sealed class KeyComparer : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
{
    private const ulong Multiplier = 0x9E3779B97F4A7C15;

    private readonly ulong _seed = (ulong)Random.Shared.NextInt64();

    public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

    public bool Equals(ReadOnlySpan<byte> alternate, byte[] other) => alternate.SequenceEqual(other);

    public int GetHashCode(byte[] obj) => GetHashCode(obj.AsSpan());

    public int GetHashCode(ReadOnlySpan<byte> alternate)
    {
        var hash = _seed ^ (ulong)alternate.Length;
        foreach (var word in MemoryMarshal.Cast<byte, ulong>(alternate))
        {
            hash = Mix(hash ^ word);
        }
        var tail = 0UL;
        foreach (var octet in alternate[(alternate.Length & ~7)..])
        {
            tail = (tail << 8) | octet;
        }
        hash = Mix(hash ^ tail);
        return (int)(hash ^ (hash >> 32));
    }

    public byte[] Create(ReadOnlySpan<byte> alternate) => alternate.ToArray();

    private static ulong Mix(ulong value)
    {
        var high = Math.BigMul(value, Multiplier, out var low);
        return high ^ low;
    }
}
