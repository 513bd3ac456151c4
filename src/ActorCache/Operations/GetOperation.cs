using System.Buffers;
using ActorCache.Protocol;
using ActorCache.Transport;

namespace ActorCache;

/// <summary>
/// A read, with a new time to live on the way if one is given. In the classic dialect that is two requests, the touch first: twemproxy hangs up
/// on <c>gat</c>, and old servers do not know it.
/// </summary>
internal sealed class GetOperation<T> : ReadOperation<GetOperation<T>, CacheResult<T>>
{
    private static readonly ValueCodec<T> Codec = ValueCodec<T>.Instance;
    private T? _value;
    private ulong _cas;
    private bool _isTouching; // the request under way is the touch before the read
    private bool _isTouched;

    /// <summary>memcached's expiration time, to touch with; null to only read.</summary>
    public int? ExpirationTime { get; set; }

    public override RequestKind Kind => _isTouching ? RequestKind.Touch : RequestKind.Get;

    public override bool IsRepeatable => true;

    protected override bool ChangesServers => ExpirationTime is not null;

    protected override WriteKind Writes => WriteKind.None;

    protected override int? TouchesPartsWith => ExpirationTime;

    protected override void WriteTo(IBufferWriter<byte> output, ushort opaque, Dialect dialect)
    {
        int? lifetime = ExpirationTime is { } exptime ? Lifetime(exptime) : null;
        _isTouching = dialect == Dialect.Classic && lifetime is not null && !_isTouched;
        if (_isTouching) ClassicRequests.Touch(output, Key, lifetime!.Value);
        else if (dialect == Dialect.Classic) ClassicRequests.Get(output, Key);
        else if (dialect == Dialect.Binary) BinaryRequests.Get(output, Key, opaque, lifetime);
        else MetaRequests.Get(output, Key, opaque, lifetime);
    }

    protected override CacheOutcome Answer(in Reply reply)
    {
        if (reply.Code != ReplyCode.Value)
        {
            _isTouched = _isTouching && reply.Code == ReplyCode.Done;
            return CacheOutcome.Miss;
        }
        if (!HoldsValue(in reply, out var value, touched: ExpirationTime is not null)) return CacheOutcome.Miss;
        _cas = reply.Cas;
        if (Codec.ReadsOnArrival && Dispatcher.Values.IsBare(reply.ClientFlags)) _value = Dispatcher.Values.Decode<T>(reply.ClientFlags, value);
        else Arrived.Keep(value, reply.ClientFlags);
        return CacheOutcome.Hit;
    }

    protected override void CopyFrom(GetOperation<T> other) => ExpirationTime = other.ExpirationTime;

    protected override bool HasNextStep() => _isTouching && _isTouched;

    protected override CacheResult<T> Result()
    {
        if (Outcome != CacheOutcome.Hit) return new CacheResult<T>(Outcome, default, cas: 0, Server, FromStandIn);
        if (Arrived.IsKept) _value = Dispatcher.Values.Decode<T>(Arrived.Flags, Arrived.Bytes);
        return new CacheResult<T>(Outcome, _value, _cas, Server, FromStandIn);
    }

    protected override void Release()
    {
        base.Release();
        _value = default;
        _cas = 0;
        _isTouching = _isTouched = false;
        ExpirationTime = null;
    }
}
