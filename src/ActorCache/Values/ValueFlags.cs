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

    /// <summary>The value begins with the tags it goes with.</summary>
    public const uint Tagged = 0x0200_0000;

    /// <summary>There is no value, and that is known.</summary>
    public const uint Negative = 0x0400_0000;

    /// <summary>Nobody has given these a meaning yet.</summary>
    public const uint Unknown = 0xf800_0000;

    private const int CompressionShift = 16;
    private const int SerializerShift = 20;

    /// <summary>Numbers of compressors and serializers are below this.</summary>
    public const int Numbers = 16;

    public static int CompressionOf(uint flags) => (int)((flags & Compression) >> CompressionShift);

    public static int SerializerOf(uint flags) => (int)((flags & Serializer) >> SerializerShift);

    public static uint OfCompression(int id) => (uint)id << CompressionShift;

    public static uint OfSerializer(int id) => (uint)id << SerializerShift;
}
