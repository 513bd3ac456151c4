using System.Buffers;
using System.Buffers.Binary;

namespace ActorCache.OutputCaching;

/// <summary>
/// What an entry is made of on the servers. A value has at most 16 tags in the cache; an entry with more has guards beside it, items without a content that
/// bear the tags it has no room for, and is good for as long as each of them is. So an eviction is one request, whatever has the tag.
/// </summary>
/// <remarks>
/// One byte before the entry that says that it has no guards; or eleven: another such byte, how many guards, and the random number that is part of
/// their keys. No text begins with such a byte.
/// </remarks>
internal static class Page
{
    /// <summary>Tags a value may have (<see cref="StoreOptions.Tags"/>).</summary>
    public const int TagsOfOne = 16;

    private const byte Alone = 0xB6;
    private const byte Guarded = 0xB7;
    private const int GuardedLength = 1 + sizeof(ushort) + sizeof(long);

    /// <summary>How much stands before an entry.</summary>
    public static int HeaderLength(int guards) => guards == 0 ? 1 : GuardedLength;

    /// <summary>Writes an entry with what stands before it.</summary>
    public static void Write(in ReadOnlySequence<byte> value, int guards, long number, Span<byte> destination)
    {
        destination[0] = guards == 0 ? Alone : Guarded;
        if (guards > 0)
        {
            BinaryPrimitives.WriteUInt16BigEndian(destination[1..], checked((ushort)guards));
            BinaryPrimitives.WriteInt64BigEndian(destination[(1 + sizeof(ushort))..], number);
        }
        value.CopyTo(destination[HeaderLength(guards)..]);
    }

    /// <summary>Takes an entry apart; false for what was not written here.</summary>
    public static bool TryRead(ReadOnlyMemory<byte> bytes, out ReadOnlyMemory<byte> value, out int guards, out long number)
    {
        (value, guards, number) = (default, 0, 0);
        if (bytes.IsEmpty) return false;
        var header = bytes.Span;
        switch (header[0])
        {
            case Alone:
                break;
            case Guarded when header.Length >= GuardedLength:
                guards = BinaryPrimitives.ReadUInt16BigEndian(header[1..]);
                number = BinaryPrimitives.ReadInt64BigEndian(header[(1 + sizeof(ushort))..]);
                if (guards == 0) return false;
                break;
            default:
                return false;
        }
        value = bytes[HeaderLength(guards)..];
        return true;
    }
}
