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
    private uint _flags;
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
        _flags = reply.ClientFlags;
        _length = reply.Value.Length;
        _bytes = ArrayPool<byte>.Shared.Rent(_length);
        reply.Value.CopyTo(_bytes);
        return CacheOutcome.Hit;
    }

    protected override CacheResult<long> Result()
    {
        var length = 0;
        if (_bytes is not null)
        {
            var value = Dispatcher.Values.Decode(_flags, _bytes.AsSpan(0, _length), out var memory);
            length = value.Length;
            try
            {
                Destination.Write(value);
            }
            finally
            {
                memory?.Dispose();
            }
        }
        return new CacheResult<long>(Outcome, length, _cas, Server, FromStandIn);
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
