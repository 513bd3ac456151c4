using System.Buffers;
using ActorCache.Protocol;
using ActorCache.Transport;

namespace ActorCache;

/// <summary>A delete, or a touch: a key and no value, either way.</summary>
internal sealed class KeyOperation : ReadOperation<KeyOperation, StoreResult>
{
    /// <summary>memcached's expiration time, to touch with; null to delete.</summary>
    public int? ExpirationTime { get; set; }

    public override RequestKind Kind => ExpirationTime is null ? RequestKind.Delete : RequestKind.Touch;

    public override bool IsRepeatable => true;

    protected override CacheOutcome NothingHeld => CacheOutcome.NotFound;

    protected override WriteKind Writes => ExpirationTime is null ? WriteKind.Removes : WriteKind.None;

    protected override void WriteTo(IBufferWriter<byte> output, ushort opaque, Dialect dialect)
    {
        if (ExpirationTime is { } exptime) Requests.Touch(output, dialect, Key, opaque, Lifetime(exptime));
        else Requests.Delete(output, dialect, Key, opaque);
    }

    // A touch sees no value, so it takes an empty place for one, whatever flags come unasked (binary); what is stale it can tell.
    protected override CacheOutcome Answer(in Reply reply) =>
        reply.Code == ReplyCode.Done && (!reply.Stale || ExpirationTime is null || HoldsValue(in reply, out _, touched: true)) ? CacheOutcome.Stored : CacheOutcome.NotFound;

    protected override void CopyFrom(KeyOperation other) => ExpirationTime = other.ExpirationTime;

    protected override StoreResult Result()
    {
        if (ExpirationTime is null) Overtake();
        return new StoreResult(Outcome, Server, MayHaveBeenApplied);
    }

    protected override void Release()
    {
        base.Release();
        ExpirationTime = null;
    }
}
