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
    private ArrivedValue _arrived;
    private ulong _cas;

    public IBufferWriter<byte> Destination { get; set; } = null!;

    public override RequestKind Kind => RequestKind.Get;

    protected override bool IsRepeatable => true;

    protected override WriteKind Writes => WriteKind.None;

    protected override void WriteTo(IBufferWriter<byte> output, ushort opaque, Dialect dialect) => MetaRequests.Get(output, Key, opaque);

    protected override CacheOutcome Answer(in Reply reply)
    {
        if (reply.Code == ReplyCode.Miss) return CacheOutcome.Miss;
        _cas = reply.Cas;
        _arrived.Keep(in reply);
        return CacheOutcome.Hit;
    }

    protected override Task? Sequel() => _arrived.IsChunked ? GatherAsync() : null;

    protected override CacheResult<long> Result()
    {
        if (!_arrived.IsKept) return new CacheResult<long>(Outcome, 0, 0, Server, FromStandIn);
        var value = Dispatcher.Values.Decode(_arrived.Flags, _arrived.Bytes, out var memory);
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
        _arrived.Release();
        _cas = 0;
        Destination = null!;
    }

    private async Task GatherAsync()
    {
        var reading = ChunkedValue.ReadAsync(Dispatcher, _arrived.Bytes, exptime: null, Deadline, Cancellation);
        _arrived.Replace(null, 0);
        (Outcome, var bytes, var length) = await reading.ConfigureAwait(false);
        _arrived.Replace(bytes, length);
    }
}
