using System.Buffers;

namespace ActorCache;

/// <summary>
/// Where bytes are decompressed to: pooled memory that grows with what is written, and no further than allowed. What is written there
/// comes from whoever stored the value, and a kilobyte of it can be a gigabyte.
/// </summary>
/// <param name="limit">How many bytes may be written.</param>
internal sealed class BoundedBuffer(int limit) : IBufferWriter<byte>, IDisposable
{
    private const int Smallest = 4096; // room beyond the limit too: a writer may ask for some before it finds that it is done
    private byte[] _bytes = [];
    private int _length;

    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, _length);

    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, _bytes.Length - _length);
        if (count > limit - _length) throw TooLong();
        _length += count;
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Ensure(sizeHint);
        return _bytes.AsSpan(_length);
    }

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Ensure(sizeHint);
        return _bytes.AsMemory(_length);
    }

    public void Dispose()
    {
        if (_bytes.Length > 0) ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = [];
        _length = 0;
    }

    private void Ensure(int sizeHint)
    {
        var most = (long)limit + Smallest;
        var needed = _length + (long)Math.Max(sizeHint, 1);
        if (needed > most) throw TooLong();
        if (needed <= _bytes.Length) return;
        var larger = ArrayPool<byte>.Shared.Rent((int)Math.Min(most, Math.Max(Math.Max(needed, Smallest), 2L * _bytes.Length)));
        Written.CopyTo(larger);
        if (_bytes.Length > 0) ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = larger;
    }

    private CacheValueException TooLong() => new($"The value decompresses to more than {limit} bytes, MaxDecompressedBytes; raise it if there are such values.");
}
