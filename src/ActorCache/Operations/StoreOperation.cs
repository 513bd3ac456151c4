using System.Buffers;
using ActorCache.Protocol;
using ActorCache.Transport;

namespace ActorCache;

/// <summary>A store. The value's bytes are borrowed from the caller until the call ends, and copied into each attempt's request.</summary>
internal sealed class StoreOperation : AwaitableOperation<StoreOperation, StoreResult>
{
    private const int ScratchKept = 64 * 1024;
    private ArrayBufferWriter<byte> _scratch = new();

    /// <summary>Room for a value that has to be turned into bytes first.</summary>
    public ArrayBufferWriter<byte> Scratch => _scratch;

    public ReadOnlySequence<byte> Value { get; set; }

    public StoreMode Mode { get; set; }

    public int ExpirationTime { get; set; }

    public ulong Cas { get; set; }

    /// <summary>Client flags, stored beside the value.</summary>
    public uint Flags { get; set; }

    public override long ValueLength => Value.Length;

    public override RequestKind Kind => RequestKind.Store;

    public override bool IsRepeatable => Writes == WriteKind.Replaces;

    protected override WriteKind Writes => Mode switch
    {
        _ when Cas != 0 => WriteKind.Changes,
        StoreMode.Set => WriteKind.Replaces,
        StoreMode.Add => WriteKind.Creates,
        StoreMode.Replace => WriteKind.Renews,
        _ => WriteKind.Changes,
    };

    protected override bool ExistsIn(Dialect dialect) => Cas == 0 || dialect != Dialect.Classic || ClassicRequests.HasCas(Mode);

    protected override void WriteTo(IBufferWriter<byte> output, ushort opaque, Dialect dialect)
    {
        if (dialect == Dialect.Classic) ClassicRequests.Store(output, Key, Value, Mode, Lifetime(ExpirationTime), Flags, Cas);
        else MetaRequests.Store(output, Key, opaque, Value, Mode, Lifetime(ExpirationTime), Flags, Cas);
    }

    protected override CacheOutcome Answer(in Reply reply) => reply.Code switch
    {
        ReplyCode.Done => CacheOutcome.Stored,
        ReplyCode.Exists => CacheOutcome.Exists,
        ReplyCode.NotFound => CacheOutcome.NotFound,
        _ => CacheOutcome.NotStored,
    };

    // The value's bytes may lie in the other's scratch: it ends last.
    protected override void CopyFrom(StoreOperation other) => (Value, Flags, Mode, ExpirationTime, Cas) = (other.Value, other.Flags, other.Mode, other.ExpirationTime, other.Cas);

    protected override StoreResult Result()
    {
        Overtake();
        return new StoreResult(Outcome, Server, MayHaveBeenApplied);
    }

    protected override void Release()
    {
        Value = default;
        Mode = StoreMode.Set;
        ExpirationTime = Expiration.Never;
        Cas = 0;
        Flags = 0;
        if (_scratch.Capacity > ScratchKept) _scratch = new ArrayBufferWriter<byte>();
        else _scratch.ResetWrittenCount();
    }
}
