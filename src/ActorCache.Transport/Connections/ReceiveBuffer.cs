namespace ActorCache.Transport;

/// <summary>
/// Bytes received and not yet read as replies, in one piece, so that parsing needs no segments. It grows only as bytes arrive: a peer
/// that announces a gigabyte and sends none costs nothing.
/// </summary>
internal sealed class ReceiveBuffer
{
    private const int Initial = 16 * 1024;
    private const int Kept = 256 * 1024;
    private const int CheapToMove = 1024;
    private const int CalmReads = 256;
    private byte[] _bytes = GC.AllocateUninitializedArray<byte>(Initial);
    private int _start;
    private int _end;
    private bool _filled;
    private int _lastCount;
    private int _calm;

    public ReadOnlySpan<byte> Unread => _bytes.AsSpan(_start, _end - _start);

    /// <summary>Room to receive into: never empty, larger after a read that filled it, and smaller again when large replies are long gone.</summary>
    public Memory<byte> Room()
    {
        var unread = _end - _start;
        _calm = unread + _lastCount > Kept ? 0 : _calm + 1;

        if (unread == _bytes.Length || (_filled && _bytes.Length < Kept)) MoveTo(2L * _bytes.Length);
        else if (_bytes.Length > Kept && _calm >= CalmReads) MoveTo(Kept);
        else if (_start > 0 && (_end == _bytes.Length || unread <= CheapToMove)) MoveTo(_bytes.Length);
        _filled = false;
        return _bytes.AsMemory(_end);
    }

    public void Received(int count)
    {
        _lastCount = count;
        _end += count;
        _filled = _end == _bytes.Length;
    }

    public void Read(int count) => _start += count;

    private void MoveTo(long length)
    {
        var unread = Unread;
        var bytes = length == _bytes.Length ? _bytes : GC.AllocateUninitializedArray<byte>((int)Math.Min(Array.MaxLength, length));
        unread.CopyTo(bytes);
        _bytes = bytes;
        (_start, _end) = (0, unread.Length);
    }
}
