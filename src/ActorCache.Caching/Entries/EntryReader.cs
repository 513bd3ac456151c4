using System.Buffers;

namespace ActorCache.Caching;

/// <summary>
/// Takes in an entry as it comes from the cache: keeps what stands before the value, and lets the value through to where its caller wants it, without a
/// copy in between. Of what was not written here, or is over, nothing gets through.
/// </summary>
/// <param name="destination">Where the value goes; null for nowhere.</param>
/// <param name="now">The present.</param>
internal sealed class EntryReader(IBufferWriter<byte>? destination, DateTimeOffset now) : IBufferWriter<byte>
{
    private const int DroppedAtOnce = 4096;
    private readonly byte[] _header = new byte[Entry.LongestHeader];
    private int _headerLength; // of what has come
    private int _wanted = 1;   // of the header in all, as far as is known
    private byte[]? _staging;  // what is not for the destination, or not known to be
    private bool _isRefused;
    private bool _isThrough;
    private Entry _entry;

    /// <summary>The entry; false if there is none that counts.</summary>
    public bool TryGet(out Entry entry)
    {
        entry = _entry;
        return _isThrough;
    }

    public Memory<byte> GetMemory(int sizeHint = 0) => _isThrough && destination is not null ? destination.GetMemory(sizeHint) : Staging(sizeHint);

    public Span<byte> GetSpan(int sizeHint = 0) => _isThrough && destination is not null ? destination.GetSpan(sizeHint) : Staging(sizeHint).Span;

    public void Advance(int count)
    {
        if (_isThrough) destination?.Advance(count);
        else if (!_isRefused) Take(_staging.AsSpan(0, count));
    }

    // Room for no more than is missing of the header, so that the value behind it is written to its destination at once; but never for less than is asked for.
    private Memory<byte> Staging(int sizeHint)
    {
        var size = Math.Max(sizeHint, _isThrough || _isRefused ? DroppedAtOnce : _wanted - _headerLength);
        if (_staging is null || _staging.Length < size) _staging = new byte[size];
        return _staging.AsMemory(0, size);
    }

    private void Take(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty && !_isThrough && !_isRefused)
        {
            var taken = Math.Min(bytes.Length, _wanted - _headerLength);
            bytes[..taken].CopyTo(_header.AsSpan(_headerLength));
            _headerLength += taken;
            bytes = bytes[taken..];
            if (_headerLength < _wanted) return;
            _wanted = Entry.HeaderLength(_header[0]);
            if (_headerLength < _wanted) continue;
            _isThrough = _wanted > 0 && Entry.TryRead(_header, out _entry) && _entry.Over > now;
            _isRefused = !_isThrough;
        }
        if (_isThrough) destination?.Write(bytes);
    }
}
