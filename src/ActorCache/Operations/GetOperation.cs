using System.Buffers;
using ActorCache.Protocol;
using ActorCache.Transport;

namespace ActorCache;

/// <summary>A read, with a new time to live on the way if one is given.</summary>
internal sealed class GetOperation<T> : AwaitableOperation<GetOperation<T>, CacheResult<T>>
{
    private static readonly ValueCodec<T> Codec = ValueCodec<T>.Instance;
    private T? _value;
    private ArrivedValue _arrived; // of a value that is read on the caller's thread
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
        if (Codec.ReadsOnArrival && Dispatcher.Values.IsBare(reply.ClientFlags)) _value = Dispatcher.Values.Decode<T>(reply.ClientFlags, reply.Value);
        else _arrived.Keep(in reply);
        return CacheOutcome.Hit;
    }

    protected override Task? Sequel() => _arrived.IsChunked ? GatherAsync() : null;

    protected override CacheResult<T> Result()
    {
        if (_arrived.IsKept) _value = Dispatcher.Values.Decode<T>(_arrived.Flags, _arrived.Bytes);
        return new CacheResult<T>(Outcome, _value, Outcome == CacheOutcome.Hit ? _cas : 0, Server, FromStandIn);
    }

    protected override void Release()
    {
        _arrived.Release();
        _value = default;
        _cas = 0;
        ExpirationTime = null;
    }

    private async Task GatherAsync()
    {
        var reading = ChunkedValue.ReadAsync(Dispatcher, _arrived.Bytes, ExpirationTime, Deadline, Cancellation);
        _arrived.Replace(null, 0);
        (Outcome, var bytes, var length) = await reading.ConfigureAwait(false);
        _arrived.Replace(bytes, length);
    }
}
