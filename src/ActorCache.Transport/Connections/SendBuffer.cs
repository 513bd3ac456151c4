using System.Buffers;

namespace ActorCache.Transport;

/// <summary>Requests encoded and not yet sent. Two of them take turns: one fills while the other is on its way.</summary>
internal sealed class SendBuffer : IBufferWriter<byte>
{
    private const int Initial = 4 * 1024;
    private const int Kept = 64 * 1024;
    private byte[] _bytes = new byte[Initial];

    public int Length { get; private set; }

    public ReadOnlyMemory<byte> Written => _bytes.AsMemory(0, Length);

    public void Advance(int count) => Length += count;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Ensure(sizeHint);
        return _bytes.AsMemory(Length);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Ensure(sizeHint);
        return _bytes.AsSpan(Length);
    }

    /// <summary>Takes back what was written behind <paramref name="length"/>.</summary>
    public void Truncate(int length) => Length = length;

    public void Clear() => Length = 0;

    /// <summary>Gives memory back that a burst needed.</summary>
    public void Shrink()
    {
        if (Length == 0 && _bytes.Length > Kept) _bytes = new byte[Initial];
    }

    private void Ensure(int sizeHint)
    {
        var needed = Length + Math.Max(sizeHint, 1);
        if (needed > _bytes.Length) Array.Resize(ref _bytes, (int)Math.Min(Array.MaxLength, Math.Max(needed, 2L * _bytes.Length)));
    }
}
