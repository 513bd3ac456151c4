using System.Buffers;

namespace ActorCache.Transport;

/// <summary>Requests encoded and not yet sent. Two of them take turns: one fills while the other is on its way.</summary>
internal sealed class SendBuffer : IBufferWriter<byte>
{
    private const int Initial = 4 * 1024;
    private const int Kept = 64 * 1024;
    private const int LargestPiece = 16_000; // so that one TLS record, of 16 KiB at most, holds it
    private readonly List<int> _cuts = [];
    private byte[] _bytes = new byte[Initial];

    public int Length { get; private set; }

    public ReadOnlyMemory<byte> Written => _bytes.AsMemory(0, Length);

    /// <summary>How many pieces <see cref="Piece"/> has.</summary>
    public int Pieces => _cuts.Count + 1;

    private int PieceStart => _cuts.Count == 0 ? 0 : _cuts[^1];

    /// <summary>A part that begins and ends with a request, and holds at most 16,000 bytes or one request.</summary>
    public ReadOnlyMemory<byte> Piece(int index)
    {
        var start = index == 0 ? 0 : _cuts[index - 1];
        return _bytes.AsMemory(start, (index == _cuts.Count ? Length : _cuts[index]) - start);
    }

    /// <summary>A request has been written, whole, from here on.</summary>
    public void EndRequest(int start)
    {
        if (Length - PieceStart > LargestPiece && start > PieceStart) _cuts.Add(start);
    }

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

    public void Clear()
    {
        Length = 0;
        _cuts.Clear();
    }

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
