using System.Buffers;
using ActorCache.Protocol;
using ActorCache.Transport;

namespace ActorCache;

/// <summary>
/// A store. The value's bytes are borrowed from the caller until the call ends, and copied into each attempt's request. A set of more than the
/// server takes deletes what is there, as the server would; or, where values may lie in parts, stores those first.
/// </summary>
internal sealed class StoreOperation : AwaitableOperation<StoreOperation, StoreResult>
{
    private const int ScratchKept = 64 * 1024;
    private ArrayBufferWriter<byte> _scratch = new();
    private ArrayBufferWriter<byte>? _secondScratch;
    private bool _isRefused; // and deletes

    /// <summary>Room for a value that has to be turned into bytes first.</summary>
    public ArrayBufferWriter<byte> Scratch => _scratch;

    /// <summary>Room for what becomes of those bytes when they are compressed.</summary>
    public ArrayBufferWriter<byte> SecondScratch => _secondScratch ??= new ArrayBufferWriter<byte>();

    public ReadOnlySequence<byte> Value { get; set; }

    /// <summary>What the bytes are (<see cref="ValueFlags"/>).</summary>
    public uint ClientFlags { get; set; }

    /// <summary>What is to stand before the value; null for nothing.</summary>
    public TagStamps? Tags { get; set; }

    public StoreMode Mode { get; set; }

    public int ExpirationTime { get; set; }

    public ulong Cas { get; set; }

    /// <summary>It stores part of a large value.</summary>
    public bool IsPart { get; set; }

    public override long ValueLength => Value.Length;

    public override RequestKind Kind => _isRefused ? RequestKind.Delete : RequestKind.Store;

    public override bool IsRepeatable => Writes is WriteKind.Replaces or WriteKind.Removes;

    protected override WriteKind Writes => Mode switch
    {
        _ when _isRefused => WriteKind.Removes,
        _ when Cas != 0 => WriteKind.Changes,
        StoreMode.Set => WriteKind.Replaces,
        StoreMode.Add => WriteKind.Creates,
        StoreMode.Replace => WriteKind.Renews,
        _ => WriteKind.Changes,
    };

    protected override bool ExistsIn(Dialect dialect) => Cas == 0 || Requests.HasCas(dialect, Mode);

    protected override void WriteTo(IBufferWriter<byte> output, ushort opaque, Dialect dialect)
    {
        if (_isRefused) Requests.Delete(output, dialect, Key, opaque);
        else Requests.Store(output, dialect, Key, opaque, Value, Mode, Lifetime(ExpirationTime), ClientFlags, Cas);
    }

    protected override bool TryShrink()
    {
        if (Mode != StoreMode.Set || Cas != 0 || IsPart) return false;
        Value = default;
        return _isRefused = true;
    }

    public override Task<bool>? Prelude(CancellationToken ct)
    {
        if (Value.Length > Dispatcher.WholeValueBytes && Value.Length <= Dispatcher.MaxLargeValueBytes && !IsPart && Mode is not (StoreMode.Append or StoreMode.Prepend))
            return StorePartsAsync(ct);
        PutTags();
        return null;
    }

    protected override CacheOutcome Answer(in Reply reply) => reply.Code switch
    {
        _ when _isRefused => CacheOutcome.TooLarge,
        ReplyCode.Done => CacheOutcome.Stored,
        ReplyCode.Exists => CacheOutcome.Exists,
        ReplyCode.NotFound => CacheOutcome.NotFound,
        _ => CacheOutcome.NotStored,
    };

    // The value's bytes may lie in the other's scratch: it ends last.
    protected override void CopyFrom(StoreOperation other)
    {
        (Value, ClientFlags, Tags, Mode) = (other.Value, other.ClientFlags, other.Tags, other.Mode);
        (ExpirationTime, Cas, IsPart, _isRefused) = (other.ExpirationTime, other.Cas, other.IsPart, other._isRefused);
    }

    protected override StoreResult Result()
    {
        Overtake();
        return new StoreResult(Outcome, Server, MayHaveBeenApplied);
    }

    protected override void Release()
    {
        Value = default;
        ClientFlags = 0;
        Tags = null;
        IsPart = _isRefused = false;
        Mode = StoreMode.Set;
        ExpirationTime = Expiration.Never;
        Cas = 0;
        if (_scratch.Capacity > ScratchKept) _scratch = new ArrayBufferWriter<byte>();
        else _scratch.ResetWrittenCount();
        if (_secondScratch?.Capacity > ScratchKept) _secondScratch = null;
        else _secondScratch?.ResetWrittenCount();
    }

    private void PutTags()
    {
        if (Tags is null) return;
        Value = Tags.Before(Value);
        ClientFlags |= ValueFlags.Tagged;
        Tags = null;
    }

    // False: the parts are not there, and why is the call's outcome.
    private async Task<bool> StorePartsAsync(CancellationToken ct)
    {
        var (outcome, manifest) = await ChunkedValue.WritePartsAsync(Dispatcher, Value, ExpirationTime, Deadline, ct).ConfigureAwait(false);
        AttemptStarted = Dispatcher.Now;
        if (outcome == CacheOutcome.TooLarge && TryShrink()) return true;
        if (outcome == CacheOutcome.Stored && AttemptStarted >= Deadline) outcome = CacheOutcome.TimedOut;
        Outcome = outcome;
        if (outcome != CacheOutcome.Stored) return false;
        Value = new ReadOnlySequence<byte>(manifest.ToBytes());
        ClientFlags |= ValueFlags.Chunked;
        PutTags();
        return true;
    }
}
