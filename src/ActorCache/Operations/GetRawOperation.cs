using System.Buffers;
using ActorCache.Protocol;
using ActorCache.Transport;

namespace ActorCache;

/// <summary>
/// A read into the caller's own buffer. That buffer is the caller's code: it is written to on the caller's thread, and only while the
/// caller waits.
/// </summary>
internal sealed class GetRawOperation : ReadOperation<GetRawOperation, CacheResult<long>>
{
    private ulong _cas;

    public IBufferWriter<byte> Destination { get; set; } = null!;

    public override RequestKind Kind => RequestKind.Get;

    public override bool IsRepeatable => true;

    protected override bool ChangesServers => false;

    protected override WriteKind Writes => WriteKind.None;

    protected override void WriteTo(IBufferWriter<byte> output, ushort opaque, Dialect dialect) => Requests.Get(output, dialect, Key, opaque);

    protected override CacheOutcome Answer(in Reply reply)
    {
        if (reply.Code == ReplyCode.Miss || !HoldsValue(in reply, out var value)) return CacheOutcome.Miss;
        _cas = reply.Cas;
        Arrived.Keep(value, reply.ClientFlags);
        return CacheOutcome.Hit;
    }

    protected override void CopyFrom(GetRawOperation other) => Destination = other.Destination;

    protected override CacheResult<long> Result()
    {
        if (Outcome != CacheOutcome.Hit) return new CacheResult<long>(Outcome, 0, cas: 0, Server, FromStandIn);
        var value = Dispatcher.Values.Decode(Arrived.Flags, Arrived.Bytes, out var memory);
        try
        {
            Destination.Write(value);
        }
        finally
        {
            memory?.Dispose();
        }
        return new CacheResult<long>(Outcome, value.Length, _cas, Server, FromStandIn);
    }

    protected override void Release()
    {
        base.Release();
        _cas = 0;
        Destination = null!;
    }
}
