using System.Buffers;
using ActorCache.Protocol;
using ActorCache.Transport;

namespace ActorCache;

/// <summary>
/// A touch where values may lie in parts: it asks for the flags too, and if they say so, for the manifest, and touches the parts. A classic
/// touch tells no flags: there the item is read in any case.
/// </summary>
internal sealed class TouchLargeOperation : ReadOperation<TouchLargeOperation, StoreResult>
{
    private bool _isReading; // the manifest; the key itself has been touched
    private bool _isToBeRead;
    private bool _isClassic;
    private Manifest? _manifest;

    /// <summary>memcached's expiration time.</summary>
    public int ExpirationTime { get; set; }

    public override RequestKind Kind => _isReading ? RequestKind.Get : RequestKind.Touch;

    public override bool IsRepeatable => true;

    protected override CacheOutcome NothingHeld => CacheOutcome.NotFound;

    protected override WriteKind Writes => WriteKind.None;

    protected override void WriteTo(IBufferWriter<byte> output, ushort opaque, Dialect dialect)
    {
        _isClassic = dialect == Dialect.Classic;
        if (_isReading) Requests.Get(output, dialect, Key, opaque);
        else if (dialect == Dialect.Meta) MetaRequests.Touch(output, Key, opaque, Lifetime(ExpirationTime), askFlags: true);
        else Requests.Touch(output, dialect, Key, opaque, Lifetime(ExpirationTime));
    }

    protected override CacheOutcome Answer(in Reply reply)
    {
        if (reply.Code is not (ReplyCode.Done or ReplyCode.Value)) return CacheOutcome.NotFound;
        if (!_isReading)
        {
            if (reply.Stale && !HoldsValue(in reply, out _, touched: true)) return CacheOutcome.NotFound;
            _isToBeRead = _isClassic || (reply.ClientFlags & ValueFlags.Chunked) != 0;
            return CacheOutcome.Stored;
        }
        if ((reply.ClientFlags & ValueFlags.Chunked) == 0) return CacheOutcome.Stored;
        // Tags before the manifest are no matter here: whoever reads the value looks at them.
        var stored = reply.Value;
        if ((reply.ClientFlags & ValueFlags.Tagged) != 0)
        {
            TagStamps.Read(stored, out var length);
            stored = stored[length..];
        }
        if (!Manifest.TryRead(stored, Dispatcher.MaxLargeValueBytes, out var manifest)) return CacheOutcome.NotFound;
        _manifest = manifest;
        return CacheOutcome.Stored;
    }

    protected override bool HasNextStep()
    {
        if (_isReading || Outcome != CacheOutcome.Stored || !_isToBeRead) return false;
        return _isReading = true;
    }

    protected override Task? Sequel() => _manifest is { } manifest ? TouchPartsAsync(manifest) : null;

    protected override void CopyFrom(TouchLargeOperation other) => ExpirationTime = other.ExpirationTime;

    protected override StoreResult Result() => new(Outcome, Server, MayHaveBeenApplied);

    protected override void Release()
    {
        base.Release();
        _isReading = _isToBeRead = _isClassic = false;
        _manifest = null;
    }

    private async Task TouchPartsAsync(Manifest manifest) =>
        Outcome = await ChunkedValue.TouchPartsAsync(Dispatcher, manifest, ExpirationTime, Deadline, Cancellation).ConfigureAwait(false);
}
