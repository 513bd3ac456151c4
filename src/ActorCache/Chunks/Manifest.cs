using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;

namespace ActorCache;

/// <summary>
/// What a key holds whose value lies in parts: how long it is, how long its parts are, under which number they are stored, and what they
/// must come to. The number is random and never used again, so that parts of different writes cannot mix; the checksum is for the rest.
/// </summary>
/// <param name="Length">The value's length.</param>
/// <param name="PartLength">Every part's but the last one's.</param>
/// <param name="Id">128 random bits.</param>
/// <param name="Checksum">The first half of the value's SHA-256.</param>
internal readonly record struct Manifest(int Length, int PartLength, UInt128 Id, UInt128 Checksum)
{
    /// <summary>Parts are never shorter: a manifest that lies shall not cost a request a byte.</summary>
    public const int ShortestPart = 512;

    private const byte Version = 1;
    private const int Size = 1 + 4 + 4 + 16 + 16;
    private const int IdBytes = 16;

    public int Count => (Length - 1) / PartLength + 1;

    /// <summary>Of a value that is about to be stored.</summary>
    public static Manifest Of(in ReadOnlySequence<byte> value, int partLength)
    {
        Span<byte> id = stackalloc byte[IdBytes];
        RandomNumberGenerator.Fill(id);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var segment in value) hash.AppendData(segment.Span);
        Span<byte> sum = stackalloc byte[SHA256.HashSizeInBytes];
        hash.GetHashAndReset(sum);
        return new Manifest((int)value.Length, partLength, BinaryPrimitives.ReadUInt128BigEndian(id), BinaryPrimitives.ReadUInt128BigEndian(sum));
    }

    /// <summary>Reads what a key holds. False: that is no manifest, or one of a value that is not to be read.</summary>
    /// <param name="bytes">Whatever somebody has stored.</param>
    /// <param name="longest">The longest value that is read.</param>
    /// <param name="manifest">The manifest.</param>
    public static bool TryRead(ReadOnlySpan<byte> bytes, int longest, out Manifest manifest)
    {
        manifest = default;
        if (bytes.Length != Size || bytes[0] != Version) return false;
        manifest = new Manifest(BinaryPrimitives.ReadInt32BigEndian(bytes[1..]), BinaryPrimitives.ReadInt32BigEndian(bytes[5..]),
            BinaryPrimitives.ReadUInt128BigEndian(bytes[9..]), BinaryPrimitives.ReadUInt128BigEndian(bytes[25..]));
        return manifest.Length > 0 && manifest.Length <= longest && manifest.PartLength >= ShortestPart;
    }

    public byte[] ToBytes()
    {
        var bytes = new byte[Size];
        bytes[0] = Version;
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(1), Length);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(5), PartLength);
        BinaryPrimitives.WriteUInt128BigEndian(bytes.AsSpan(9), Id);
        BinaryPrimitives.WriteUInt128BigEndian(bytes.AsSpan(25), Checksum);
        return bytes;
    }

    /// <summary>The key of a part; the cache's prefix comes before it.</summary>
    public string KeyOf(int part) => $"~/{Id:x32}/{part}";

    public int LengthOf(int part) => Math.Min(PartLength, Length - StartOf(part));

    public int StartOf(int part) => part * PartLength;

    public bool IsOf(ReadOnlySpan<byte> value)
    {
        Span<byte> sum = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(value, sum);
        return BinaryPrimitives.ReadUInt128BigEndian(sum) == Checksum;
    }
}
