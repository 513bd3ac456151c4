using System.Buffers;
using ActorCache.Protocol;
using ActorCache.Transport;

namespace ActorCache;

/// <summary>A store. The value's bytes are borrowed from the caller until the call ends, and copied into each attempt's request.</summary>
internal sealed class StoreOperation : AwaitableOperation<StoreOperation, StoreResult>
{
    private const int ScratchKept = 64 * 1024;
    private ArrayBufferWriter<byte> _scratch = new();
    private ArrayBufferWriter<byte>? _secondScratch;

    /// <summary>Room for a value that has to be turned into bytes first.</summary>
    public ArrayBufferWriter<byte> Scratch => _scratch;

    /// <summary>Room for what becomes of those bytes when they are compressed.</summary>
    public ArrayBufferWriter<byte> SecondScratch => _secondScratch ??= new ArrayBufferWriter<byte>();

    public ReadOnlySequence<byte> Value { get; set; }

    /// <summary>What the bytes are (<see cref="ValueFlags"/>).</summary>
    public uint ClientFlags { get; set; }

    public StoreMode Mode { get; set; }

    public int ExpirationTime { get; set; }

    public ulong Cas { get; set; }

    public override long ValueLength => Value.Length;

    public override RequestKind Kind => RequestKind.Store;

    protected override bool IsRepeatable => Writes == WriteKind.Replaces;

    protected override WriteKind Writes => Mode switch
    {
        _ when Cas != 0 => WriteKind.Changes,
        StoreMode.Set => WriteKind.Replaces,
        StoreMode.Add => WriteKind.Creates,
        StoreMode.Replace => WriteKind.Renews,
        _ => WriteKind.Changes,
    };

    protected override void WriteTo(IBufferWriter<byte> output, ushort opaque, Dialect dialect) =>
        MetaRequests.Store(output, Key, opaque, Value, Mode, Lifetime(ExpirationTime), ClientFlags, Cas);

    protected override CacheOutcome Answer(in Reply reply) => reply.Code switch
    {
        ReplyCode.Done => CacheOutcome.Stored,
        ReplyCode.Exists => CacheOutcome.Exists,
        ReplyCode.NotFound => CacheOutcome.NotFound,
        _ => CacheOutcome.NotStored,
    };

    protected override StoreResult Result() => new(Outcome, Server, MayHaveBeenApplied);

    protected override void Release()
    {
        Value = default;
        ClientFlags = 0;
        Mode = StoreMode.Set;
        ExpirationTime = Expiration.Never;
        Cas = 0;
        if (_scratch.Capacity > ScratchKept) _scratch = new ArrayBufferWriter<byte>();
        else _scratch.ResetWrittenCount();
        if (_secondScratch?.Capacity > ScratchKept) _secondScratch = null;
        else _secondScratch?.ResetWrittenCount();
    }
}
