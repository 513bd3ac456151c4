using System.Buffers;
using ActorCache.Protocol;
using ActorCache.Transport;

namespace ActorCache;

/// <summary>
/// A read into the caller's own buffer. That buffer is the caller's code: it is written to on the caller's thread, and only while the
/// caller waits.
/// </summary>
internal sealed class GetRawOperation : AwaitableOperation<GetRawOperation, CacheResult<long>>
{
    private byte[]? _bytes;
    private int _length;
    private ulong _cas;

    public IBufferWriter<byte> Destination { get; set; } = null!;

    public override RequestKind Kind => RequestKind.Get;

    public override bool IsRepeatable => true;

    protected override bool ChangesServers => false;

    protected override WriteKind Writes => WriteKind.None;

    protected override void WriteTo(IBufferWriter<byte> output, ushort opaque, Dialect dialect)
    {
        if (dialect == Dialect.Classic) ClassicRequests.Get(output, Key);
        else MetaRequests.Get(output, Key, opaque);
    }

    protected override CacheOutcome Answer(in Reply reply)
    {
        if (reply.Code == ReplyCode.Miss || !HoldsValue(in reply, out var value)) return CacheOutcome.Miss;
        _cas = reply.Cas;
        _length = value.Length;
        _bytes = ArrayPool<byte>.Shared.Rent(_length);
        value.CopyTo(_bytes);
        return CacheOutcome.Hit;
    }

    protected override void CopyFrom(GetRawOperation other) => Destination = other.Destination;

    protected override CacheResult<long> Result()
    {
        if (Outcome != CacheOutcome.Hit) return new CacheResult<long>(Outcome, 0, cas: 0, Server, FromStandIn);
        if (_bytes is not null) Destination.Write(_bytes.AsSpan(0, _length));
        return new CacheResult<long>(Outcome, _length, _cas, Server, FromStandIn);
    }

    protected override void Release()
    {
        if (_bytes is not null) ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = null;
        _length = 0;
        _cas = 0;
        Destination = null!;
    }
}
