using ActorCache.Protocol;

namespace ActorCache;

/// <summary>
/// What the 32 client flags of an item say about its bytes. The low half belongs to the conventions of other clients
/// (<see cref="FlagConvention"/>), the high half to us; an ordinary value has none of ours. They come from a server: nothing here is to be
/// believed before it has been checked.
/// </summary>
internal static class ValueFlags
{
    /// <summary>What other clients mean by it.</summary>
    public const uint Convention = 0x0000_ffff;

    /// <summary>The number of the compressor (<see cref="ICacheCompressor.Id"/>); 0 for none.</summary>
    public const uint Compression = 0x000f_0000;

    /// <summary>The number of the serializer (<see cref="ICacheSerializer.Id"/>); 0 for JSON, and for what needs none.</summary>
    public const uint Serializer = 0x00f0_0000;

    /// <summary>The bytes are not the value, but say where its parts are.</summary>
    public const uint Chunked = 0x0100_0000;

    /// <summary>A <see cref="TagStamps">list of tags</see> stands before the value, or before what says where its parts are.</summary>
    public const uint Tagged = 0x0200_0000;

    /// <summary>Not a value: the note that there is none (<see cref="GetOrCreateOptions.NegativeTtl"/>).</summary>
    public const uint Negative = 0x0400_0000;

    /// <summary>An empty value that was created on purpose. Without it, an empty item under a lease is only the place of a value to come.</summary>
    public const uint Empty = 0x0800_0000;

    /// <summary>Nobody has given these a meaning yet.</summary>
    public const uint Unknown = 0xf000_0000;

    private const int CompressionShift = 16;
    private const int SerializerShift = 20;

    /// <summary>Numbers of compressors and serializers are below this.</summary>
    public const int Numbers = 16;

    public static bool IsNegative(uint flags) => (flags & Negative) != 0;

    public static bool IsTagged(uint flags) => (flags & Tagged) != 0;

    public static bool IsChunked(uint flags) => (flags & Chunked) != 0;

    /// <summary>The empty item that memcached makes on a miss for whoever asks for a lease (protocol.txt, "Meta Get": N), until it is filled.</summary>
    public static bool IsPlaceholder(in Reply reply) =>
        reply.Code == ReplyCode.Value && reply.Value.IsEmpty && reply.ClientFlags == 0 && !reply.Stale && (reply.Won || reply.WonByAnother);

    public static int CompressionOf(uint flags) => (int)((flags & Compression) >> CompressionShift);

    public static int SerializerOf(uint flags) => (int)((flags & Serializer) >> SerializerShift);

    public static uint OfCompression(int id) => (uint)id << CompressionShift;

    public static uint OfSerializer(int id) => (uint)id << SerializerShift;
}
