using System.Buffers;
using System.Buffers.Text;
using ActorCache.Protocol;
using ActorCache.Transport;

namespace ActorCache;

/// <summary>An increment or decrement. Never sent twice once a byte of it was written: it would count twice.</summary>
internal sealed class CounterOperation : AwaitableOperation<CounterOperation, CounterResult>
{
    private ulong _value;

    public ulong Delta { get; set; }

    public bool Decrement { get; set; }

    public ulong? Initial { get; set; }

    public int? ExpirationTime { get; set; }

    public override RequestKind Kind => RequestKind.Arithmetic;

    protected override bool IsRepeatable => false;

    protected override WriteKind Writes => Initial is null ? WriteKind.Changes : WriteKind.Creates;

    protected override void WriteTo(IBufferWriter<byte> output, ushort opaque, Dialect dialect) =>
        MetaRequests.Arithmetic(output, Key, opaque, Delta, Decrement, Initial, Initial is null && ExpirationTime is null ? null : Lifetime(ExpirationTime ?? Expiration.Never));

    protected override CacheOutcome Answer(in Reply reply)
    {
        if (reply.Code == ReplyCode.NotFound) return CacheOutcome.NotFound;
        if (reply.Code != ReplyCode.Value) return CacheOutcome.NotStored;
        var digits = reply.Value.TrimEnd((byte)' ');
        if (!Utf8Parser.TryParse(digits, out _value, out var read) || read != digits.Length) return CacheOutcome.NotANumber;
        return CacheOutcome.Stored;
    }

    protected override CounterResult Result()
    {
        Overtake();
        return new CounterResult(Outcome, _value, Server, MayHaveBeenApplied);
    }

    protected override void Release()
    {
        _value = 0;
        Initial = null;
        ExpirationTime = null;
    }
}
