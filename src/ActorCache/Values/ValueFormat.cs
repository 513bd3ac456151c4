using System.Buffers;

namespace ActorCache;

/// <summary>
/// How one cache stores values: serialized, compressed, and marked in the client flags so that whoever reads them, this client or another,
/// knows what they are. Reading goes by the flags and not by the options, and believes neither.
/// </summary>
internal sealed class ValueFormat
{
    private static readonly ICacheCompressor[] InTheBox = [new DeflateCompressor(), new BrotliCompressor()];
    private readonly Convention _convention;
    private readonly ICacheSerializer _serializer;
    private readonly ICacheSerializer?[] _serializers = new ICacheSerializer?[ValueFlags.Numbers];
    private readonly ICacheCompressor?[] _compressors = new ICacheCompressor?[ValueFlags.Numbers];
    private readonly ICacheCompressor? _compressor;
    private readonly uint _compressed; // the flags of what it compresses
    private readonly int _header;      // how many bytes go in front of that
    private readonly int _threshold;
    private readonly int _maxDecompressed;

    public ValueFormat(ActorCacheOptions options)
    {
        _convention = Convention.Of(options.FlagConvention);
        _serializer = options.Serializer ?? JsonCacheSerializer.Default;
        _serializers[JsonCacheSerializer.Default.Id] = JsonCacheSerializer.Default;
        _serializers[_serializer.Id] = _serializer;
        foreach (var compressor in InTheBox.Concat(options.Compressors)) _compressors[compressor.Id] = compressor;
        _compressor = Find(options.Compression, options.Compressors);
        if (_compressor is { Id: var id })
        {
            var theirs = id == DeflateCompressor.Number ? _convention.Deflated : null;
            _compressed = theirs ?? ValueFlags.OfCompression(id);
            _header = theirs is null ? 0 : _convention.HeaderLength;
        }
        _threshold = options.CompressionThreshold;
        _maxDecompressed = options.MaxDecompressedBytes;
    }

    /// <summary>What <see cref="ActorCacheOptions.Compression"/> may say.</summary>
    public static IEnumerable<string> CompressionNames(IEnumerable<ICacheCompressor> further) =>
        InTheBox.Concat(further).Select(one => one.Name).Prepend("None");

    /// <summary>The numbers that are taken.</summary>
    public static bool IsInTheBox(int compressor) => InTheBox.Any(one => one.Id == compressor);

    /// <summary>A value as it is stored.</summary>
    /// <param name="value">The value.</param>
    /// <param name="store">Takes its bytes and flags. Its mode is set already: what is put to other bytes is not compressed.</param>
    public void Encode<T>(T value, StoreOperation store)
    {
        var codec = ValueCodec<T>.Instance;
        var kind = codec.KindOf(value);
        store.Value = codec.Write(value, store.Scratch, _serializer);
        store.ClientFlags = kind == ValueKind.Object
            ? _convention.FlagsOf(kind, _serializer.Id == JsonCacheSerializer.Default.Id) | ValueFlags.OfSerializer(_serializer.Id)
            : _convention.FlagsOf(kind, isJson: false);
        if (kind != ValueKind.Integer) Compress(store);
    }

    /// <summary>Bytes as they are stored.</summary>
    public void Encode(in ReadOnlySequence<byte> value, StoreOperation store)
    {
        store.Value = value;
        store.ClientFlags = _convention.FlagsOf(ValueKind.Bytes, isJson: false);
        Compress(store);
    }

    /// <summary>Whether the bytes are the value, with nothing to undo, so that a codec may read them where they arrive.</summary>
    public bool IsBare(uint flags) => flags == 0 || ((flags & ~ValueFlags.Convention) == 0 && _convention.IsBare(flags));

    /// <summary>The value of what is stored.</summary>
    /// <exception cref="CacheValueException">There is none that could be read here. What the value's own reader throws is thrown as it is.</exception>
    public T Decode<T>(uint flags, ReadOnlySpan<byte> bytes)
    {
        var codec = ValueCodec<T>.Instance;
        if (IsBare(flags)) return codec.Read(bytes, _serializers[0]!);
        var id = ValueFlags.SerializerOf(flags);
        var serializer = _serializers[id]
            ?? throw new CacheValueException($"The value was written by the serializer {id}, which this cache does not have; set it as Serializer in the options.");
        if (id != 0 && codec.Kind is not (ValueKind.Object or ValueKind.Bytes))
            throw new CacheValueException($"The value was written by the serializer {id}: it is no {typeof(T).Name}.");
        using var room = new BoundedBuffer(_maxDecompressed);
        return codec.Read(Bytes(flags, bytes, room), serializer);
    }

    /// <summary>The bytes of what is stored, as they were when they were given to be stored, or serialized.</summary>
    /// <exception cref="CacheValueException">They cannot be had.</exception>
    public ReadOnlySpan<byte> Decode(uint flags, ReadOnlySpan<byte> bytes, out IDisposable? memory)
    {
        memory = null;
        if (IsBare(flags)) return bytes;
        var room = new BoundedBuffer(_maxDecompressed);
        memory = room;
        return Bytes(flags, bytes, room);
    }

    private ReadOnlySpan<byte> Bytes(uint flags, ReadOnlySpan<byte> bytes, BoundedBuffer room)
    {
        if ((flags & ValueFlags.Unknown) != 0)
            throw new CacheValueException($"The client flags 0x{flags & ValueFlags.Unknown:x8} of the value have no meaning here: another client, or a newer one, has written it.");
        var id = ValueFlags.CompressionOf(flags);
        if (id == 0) return _convention.IsBare(flags) ? bytes : _convention.Undo(flags, bytes, room);
        var compressor = _compressors[id]
            ?? throw new CacheValueException($"The value was compressed by the compressor {id}, which this cache does not have; add it to Compressors in the options.");
        compressor.Decompress(bytes, room);
        return room.Written;
    }

    private void Compress(StoreOperation store)
    {
        if (_compressor is null || store.Value.Length < Math.Max(1, _threshold) || store.Value.Length > _maxDecompressed
            || store.Mode is StoreMode.Append or StoreMode.Prepend) return;
        var length = (int)store.Value.Length;
        var compressed = store.SecondScratch;
        if (_header > 0)
        {
            _convention.WriteHeader(compressed.GetSpan(_header)[.._header], length);
            compressed.Advance(_header);
        }
        if (store.Value.IsSingleSegment)
        {
            _compressor.Compress(store.Value.FirstSpan, compressed);
        }
        else
        {
            var whole = ArrayPool<byte>.Shared.Rent(length);
            store.Value.CopyTo(whole);
            _compressor.Compress(whole.AsSpan(0, length), compressed);
            ArrayPool<byte>.Shared.Return(whole);
        }
        if (compressed.WrittenCount >= length) return;
        store.Value = new ReadOnlySequence<byte>(compressed.WrittenMemory);
        store.ClientFlags |= _compressed;
    }

    private static ICacheCompressor? Find(string name, IEnumerable<ICacheCompressor> further) =>
        InTheBox.Concat(further).FirstOrDefault(one => one.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
}
