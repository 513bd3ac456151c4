using System.Buffers;
using ActorCache.Protocol;
using ActorCache.Transport;

namespace ActorCache;

/// <summary>Reads one part of a large value to where it belongs. A part that is not as long as it must be is none.</summary>
internal sealed class PartOperation : AwaitableOperation<PartOperation, CacheOutcome>
{
    /// <summary>Where it belongs. Nobody lets go of that before this operation has ended.</summary>
    public Memory<byte> Room { get; set; }

    /// <summary>memcached's expiration time, to touch with; null to only read.</summary>
    public int? ExpirationTime { get; set; }

    public override RequestKind Kind => RequestKind.Get;

    protected override bool IsRepeatable => true;

    protected override WriteKind Writes => WriteKind.None;

    protected override void WriteTo(IBufferWriter<byte> output, ushort opaque, Dialect dialect) =>
        MetaRequests.Get(output, Key, opaque, ExpirationTime is { } exptime ? Lifetime(exptime) : null);

    protected override CacheOutcome Answer(in Reply reply)
    {
        if (reply.Code == ReplyCode.Miss || reply.Value.Length != Room.Length) return CacheOutcome.Miss;
        reply.Value.CopyTo(Room.Span);
        return CacheOutcome.Hit;
    }

    protected override CacheOutcome Result() => Outcome;

    protected override void Release()
    {
        Room = default;
        ExpirationTime = null;
    }
}
