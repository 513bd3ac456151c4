using System.Buffers;
using ActorCache.Protocol;
using ActorCache.Transport;

namespace ActorCache;

/// <summary>A read, with a new time to live on the way if one is given.</summary>
internal sealed class GetOperation<T> : AwaitableOperation<GetOperation<T>, CacheResult<T>>
{
    private static readonly ValueCodec<T> Codec = ValueCodec<T>.Instance;
    private T? _value;
    private byte[]? _bytes; // of a value that is read on the caller's thread
    private int _length;
    private uint _flags;
    private ulong _cas;

    /// <summary>memcached's expiration time, to touch with; null to only read.</summary>
    public int? ExpirationTime { get; set; }

    public override RequestKind Kind => RequestKind.Get;

    protected override bool IsRepeatable => true;

    protected override WriteKind Writes => WriteKind.None;

    protected override void WriteTo(IBufferWriter<byte> output, ushort opaque, Dialect dialect) => MetaRequests.Get(output, Key, opaque, ExpirationTime is { } exptime ? Lifetime(exptime) : null);

    protected override CacheOutcome Answer(in Reply reply)
    {
        if (reply.Code == ReplyCode.Miss) return CacheOutcome.Miss;
        _cas = reply.Cas;
        _flags = reply.ClientFlags;
        if (Codec.ReadsOnArrival && Dispatcher.Values.IsBare(_flags))
        {
            _value = Dispatcher.Values.Decode<T>(_flags, reply.Value);
        }
        else
        {
            _length = reply.Value.Length;
            _bytes = ArrayPool<byte>.Shared.Rent(_length);
            reply.Value.CopyTo(_bytes);
        }
        return CacheOutcome.Hit;
    }

    protected override CacheResult<T> Result()
    {
        if (_bytes is not null) _value = Dispatcher.Values.Decode<T>(_flags, _bytes.AsSpan(0, _length));
        return new CacheResult<T>(Outcome, _value, _cas, Server, FromStandIn);
    }

    protected override void Release()
    {
        if (_bytes is not null) ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = null;
        _value = default;
        _cas = 0;
        ExpirationTime = null;
    }
}
