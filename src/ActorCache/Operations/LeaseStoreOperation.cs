using System.Buffers;
using ActorCache.Protocol;
using ActorCache.Transport;

namespace ActorCache;

/// <summary>
/// Stores what was created under a lease, where the lease was given and only if nobody has set or deleted the key since. Without a lease it
/// adds. Never sent twice: a second one would meet the first one's version.
/// </summary>
internal sealed class LeaseStoreOperation : AwaitableOperation<LeaseStoreOperation, StoreResult>
{
    private string? _at;

    /// <summary>The lease's version; 0 without one.</summary>
    public ulong Cas { get; set; }

    public ReadOnlySequence<byte> Value { get; set; }

    public uint Flags { get; set; }

    public int ExpirationTime { get; set; }

    public override long ValueLength => Value.Length;

    public override RequestKind Kind => RequestKind.Store;

    public override bool IsRepeatable => false;

    // Unlike a swap it builds on nothing but an empty place, so it makes copies elsewhere stale, and is in doubt itself without an answer.
    protected override WriteKind Writes => WriteKind.Creates;

    protected override string? OnlyAt => _at;

    /// <summary>Where the lease was given; null without one.</summary>
    public void GoesTo(string? server) => _at = server;

    protected override void WriteTo(IBufferWriter<byte> output, ushort opaque, Dialect dialect)
    {
        var mode = Cas == 0 ? StoreMode.Add : StoreMode.Set;
        Requests.Store(output, dialect, Key, opaque, Value, mode, Lifetime(ExpirationTime), Flags, Cas);
    }

    protected override CacheOutcome Answer(in Reply reply) => reply.Code switch
    {
        ReplyCode.Done => CacheOutcome.Stored,
        ReplyCode.Exists => CacheOutcome.Exists,
        ReplyCode.NotFound => CacheOutcome.NotFound,
        _ => CacheOutcome.NotStored,
    };

    // The value's bytes are the creation's, which waits for all.
    protected override void CopyFrom(LeaseStoreOperation other) =>
        (_at, Value, Flags, ExpirationTime, Cas) = (other._at, other.Value, other.Flags, other.ExpirationTime, other.Cas);

    protected override StoreResult Result() => new(Outcome, Server, MayHaveBeenApplied);

    protected override void Release()
    {
        _at = null;
        Value = default;
        Flags = 0;
        Cas = 0;
        ExpirationTime = Expiration.Never;
    }
}
