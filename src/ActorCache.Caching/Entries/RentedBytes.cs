using System.Buffers;

namespace ActorCache.Caching;

/// <summary>A value of unknown length on its way into an array of its own.</summary>
internal sealed class RentedBytes : IBufferWriter<byte>, IDisposable
{
    private byte[] _bytes = [];
    private int _length;

    public byte[] ToArray() => _bytes.AsSpan(0, _length).ToArray();

    public void Advance(int count) => _length += count;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        MakeRoom(Math.Max(1, sizeHint));
        return _bytes.AsMemory(_length);
    }

    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = [];
    }

    private void MakeRoom(int size)
    {
        if (_bytes.Length - _length >= size) return;
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(4096, checked(_length + Math.Max(size, _length))));
        _bytes.AsSpan(0, _length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = larger;
    }
}
