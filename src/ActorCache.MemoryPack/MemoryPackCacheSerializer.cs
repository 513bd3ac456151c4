using System.Buffers;
using MemoryPack;

namespace ActorCache;

/// <summary>
/// Values by MemoryPack: for types that are <c>[MemoryPackable]</c>, or that it knows itself. Quicker and shorter than JSON, and read by no
/// other client; a type must only change as MemoryPack allows. Set it as <see cref="ActorCacheOptions.Serializer"/>; what JSON has written is read
/// all the same.
/// </summary>
public sealed class MemoryPackCacheSerializer : ICacheSerializer
{
    private readonly MemoryPackSerializerOptions _options;

    /// <summary>With MemoryPack's own options.</summary>
    public MemoryPackCacheSerializer() => _options = MemoryPackSerializerOptions.Default;

    /// <summary>With these options.</summary>
    public MemoryPackCacheSerializer(MemoryPackSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
    }

    /// <inheritdoc />
    public int Id => 1;

    /// <inheritdoc />
    public void Serialize<T>(T value, IBufferWriter<byte> output) => MemoryPackSerializer.Serialize(output, value, _options);

    /// <inheritdoc />
    public T Deserialize<T>(ReadOnlySpan<byte> bytes)
    {
        T? value = default;
        var read = MemoryPackSerializer.Deserialize(bytes, ref value, _options);
        // MemoryPack takes no notice of what follows a value, such as bytes that somebody has appended.
        return read == bytes.Length ? value! : throw new CacheValueException($"The value is {bytes.Length} bytes, of which {typeof(T).Name} takes {read}.");
    }
}
