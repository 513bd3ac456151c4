using System.Buffers;
using ActorCache.Protocol;

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
    public readonly bool IsChunked => _bytes is not null && (Flags & ValueFlags.Chunked) != 0;

    public void Keep(in Reply reply)
    {
        _length = reply.Value.Length;
        _bytes = ArrayPool<byte>.Shared.Rent(_length);
        reply.Value.CopyTo(_bytes);
        Flags = reply.ClientFlags;
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
