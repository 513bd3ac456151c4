using System.Buffers;
using ActorCache.Protocol;
using ActorCache.Transport;

namespace ActorCache;

/// <summary>
/// What an ordinary reader sends behind its read when that won the lease of a stale item: memcached 1.6.18 takes the lease back with
/// <c>md I</c>, which leaves the item's time alone, and gives it to the next reader. Nobody waits for it.
/// </summary>
internal sealed class LeaseReturn : Operation
{
    private readonly byte[] _key;
    private readonly ulong _cas;
    private readonly bool _mark;

    public LeaseReturn(ReadOnlySpan<byte> key, ulong cas, bool mark, long now, long deadline)
    {
        (_key, _cas, _mark) = (key.ToArray(), cas, mark);
        (AttemptStarted, Deadline) = (now, deadline);
    }

    protected override bool ExistsIn(Dialect dialect) => dialect == Dialect.Meta;

    public override RequestKind Kind => RequestKind.Delete;

    public override ReadOnlySpan<byte> Key => _key;

    protected override void WriteTo(IBufferWriter<byte> output, ushort opaque, Dialect dialect) => MetaRequests.Invalidate(output, Key, opaque, _cas, _mark);

    protected override void OnReply(in Reply reply) { }

    protected override void OnAttemptEnded(AttemptEnd end) { }

    protected override void Complete() { }
}
