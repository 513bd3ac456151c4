using System.Buffers;
using ActorCache.Protocol;
using ActorCache.Transport;

namespace ActorCache;

/// <summary>
/// A touch where values may lie in parts: it asks for the flags too, and if they say so, for the manifest, and touches the parts.
/// </summary>
internal sealed class TouchLargeOperation : AwaitableOperation<TouchLargeOperation, StoreResult>
{
    private bool _isReading; // the manifest; the key itself has been touched
    private uint _flags;
    private Manifest? _manifest;

    /// <summary>memcached's expiration time.</summary>
    public int ExpirationTime { get; set; }

    public override RequestKind Kind => _isReading ? RequestKind.Get : RequestKind.Touch;

    protected override bool IsRepeatable => true;

    protected override CacheOutcome NothingHeld => CacheOutcome.NotFound;

    protected override WriteKind Writes => WriteKind.None;

    protected override void WriteTo(IBufferWriter<byte> output, ushort opaque, Dialect dialect)
    {
        if (_isReading) MetaRequests.Get(output, Key, opaque);
        else MetaRequests.Touch(output, Key, opaque, Lifetime(ExpirationTime), askFlags: true);
    }

    protected override CacheOutcome Answer(in Reply reply)
    {
        if (reply.Code == ReplyCode.Miss) return CacheOutcome.NotFound;
        _flags = reply.ClientFlags;
        if (_isReading && (_flags & ValueFlags.Chunked) != 0)
        {
            if (!Manifest.TryRead(reply.Value, Dispatcher.MaxLargeValueBytes, out var manifest)) return CacheOutcome.NotFound;
            _manifest = manifest;
        }
        return CacheOutcome.Stored;
    }

    protected override bool HasNextStep()
    {
        if (_isReading || Outcome != CacheOutcome.Stored || (_flags & ValueFlags.Chunked) == 0) return false;
        return _isReading = true;
    }

    protected override Task? Sequel() => _manifest is { } manifest ? TouchPartsAsync(manifest) : null;

    protected override StoreResult Result() => new(Outcome, Server, MayHaveBeenApplied);

    protected override void Release()
    {
        _isReading = false;
        _flags = 0;
        _manifest = null;
    }

    private async Task TouchPartsAsync(Manifest manifest) =>
        Outcome = await ChunkedValue.TouchPartsAsync(Dispatcher, manifest, ExpirationTime, Deadline, Cancellation).ConfigureAwait(false);
}
