using System.Buffers;

namespace ActorCache.EmbeddedServer.Connections;

/// <summary>What has arrived on a connection and was not used yet. It grows with what arrives, not with what is announced.</summary>
internal sealed class InputBuffer : IDisposable
{
    private const int InitialSize = 4 * 1024;

    // Full reads double the buffer up to here, so that a pipelining client is read in large gulps and an idle one stays cheap.
    private const int ComfortableSize = 64 * 1024;

    private byte[] _bytes = ArrayPool<byte>.Shared.Rent(InitialSize);
    private int _start;
    private int _end;

    public int Length => _end - _start;

    public ReadOnlySpan<byte> Unread => _bytes.AsSpan(_start, _end - _start);

    /// <summary>Room for the next read; never empty.</summary>
    public Memory<byte> Room()
    {
        if (_start == _end)
        {
            _start = _end = 0;
            if (_bytes.Length > 2 * ComfortableSize)
            {
                Replace(ComfortableSize);
            }
        }
        if (_end == _bytes.Length)
        {
            if (_start >= _bytes.Length / 2)
            {
                Unread.CopyTo(_bytes);
                (_start, _end) = (0, Length);
            }
            else
            {
                Replace(2 * _bytes.Length);
            }
        }
        return _bytes.AsMemory(_end);
    }

    public void Received(int bytes)
    {
        _end += bytes;
        if (_end == _bytes.Length && _bytes.Length < ComfortableSize)
        {
            Replace(2 * _bytes.Length);
        }
    }

    public void Used(int bytes) => _start += bytes;

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = [];
        _start = _end = 0;
    }

    private void Replace(int size)
    {
        var other = ArrayPool<byte>.Shared.Rent(size);
        Unread.CopyTo(other);
        (_start, _end) = (0, Length);
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = other;
    }
}
