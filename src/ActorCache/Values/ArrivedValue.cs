using System.Buffers;

namespace ActorCache;

/// <summary>A value's bytes as they arrived, kept for the caller's thread to read, and the flags that say what they are.</summary>
internal struct ArrivedValue
{
    private byte[]? _bytes;
    private int _length;

    /// <summary>There are bytes.</summary>
    public readonly bool IsKept => _bytes is not null;

    public uint Flags { get; private set; }

    public readonly ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, _length);

    /// <summary>They are a manifest, and the value is elsewhere.</summary>
    public readonly bool IsChunked => _bytes is not null && ValueFlags.IsChunked(Flags);

    public void Keep(ReadOnlySpan<byte> value, uint flags)
    {
        _length = value.Length;
        _bytes = ArrayPool<byte>.Shared.Rent(_length);
        value.CopyTo(_bytes);
        Flags = flags;
    }

    /// <summary>Takes pooled memory in place of the manifest; null for none.</summary>
    public void Replace(byte[]? bytes, int length)
    {
        var flags = Flags & ~ValueFlags.Chunked;
        Release();
        (_bytes, _length, Flags) = (bytes, bytes is null ? 0 : length, flags);
    }

    public void Release()
    {
        if (_bytes is not null) ArrayPool<byte>.Shared.Return(_bytes);
        this = default;
    }
}
