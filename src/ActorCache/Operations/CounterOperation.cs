using System.Buffers;
using System.Buffers.Text;
using ActorCache.Protocol;
using ActorCache.Transport;

namespace ActorCache;

/// <summary>
/// An increment or decrement. Never sent twice once a byte of it was written: it would count twice. In the classic dialect a counter that may
/// have to be created takes more than one request, and in binary too one that is to be touched; each is an attempt for itself, and one without an answer is the last.
/// </summary>
internal sealed class CounterOperation : AwaitableOperation<CounterOperation, CounterResult>
{
    // Between a count and a creation the counter may come, and go again: whoever meets that so often is told that it was not stored.
    private const int MostRequests = 8;

    private readonly byte[] _digits = new byte[20]; // of 2^64 - 1
    private ulong _value;
    private RequestKind _kind = RequestKind.Arithmetic;
    private bool _isTouched;
    private bool _isMissing; // the last request found no counter, and the next creates it
    private bool _goesOn;
    private int _requests;

    public ulong Delta { get; set; }

    public bool Decrement { get; set; }

    public ulong? Initial { get; set; }

    public int? ExpirationTime { get; set; }

    public override RequestKind Kind => _kind;

    public override bool IsRepeatable => _kind == RequestKind.Touch;

    // Asked before it is known in which dialect the next request is: what any of them might do counts.
    protected override WriteKind Writes => Initial is null ? WriteKind.Changes : WriteKind.Creates;

    protected override void WriteTo(IBufferWriter<byte> output, ushort opaque, Dialect dialect)
    {
        if (dialect == Dialect.Classic)
        {
            WriteClassic(output);
            return;
        }
        if (dialect == Dialect.Binary)
        {
            WriteBinary(output, opaque);
            return;
        }
        _kind = RequestKind.Arithmetic;
        MetaRequests.Arithmetic(output, Key, opaque, Delta, Decrement, Initial, Initial is null && ExpirationTime is null ? null : Lifetime(ExpirationTime ?? Expiration.Never));
    }

    // Beside a count there is neither a beginning nor an expiration time. The touch comes before it, so that the last answer is the count's.
    private void WriteClassic(IBufferWriter<byte> output)
    {
        _requests++;
        _kind = _isMissing ? RequestKind.Store
            : Initial is null && ExpirationTime is not null && !_isTouched ? RequestKind.Touch
            : RequestKind.Arithmetic;
        switch (_kind)
        {
            case RequestKind.Store:
                Utf8Formatter.TryFormat(Initial!.Value, _digits, out var length);
                ClassicRequests.Store(output, Key, new ReadOnlySequence<byte>(_digits, 0, length), StoreMode.Add, Lifetime(ExpirationTime ?? Expiration.Never));
                break;
            case RequestKind.Touch:
                ClassicRequests.Touch(output, Key, Lifetime(ExpirationTime!.Value));
                break;
            default:
                ClassicRequests.Arithmetic(output, Key, Delta, Decrement);
                break;
        }
    }

    // A beginning has an expiration time beside it here, and a counter that is there has none: it is touched first, as in classic.
    private void WriteBinary(IBufferWriter<byte> output, ushort opaque)
    {
        _kind = Initial is null && ExpirationTime is not null && !_isTouched ? RequestKind.Touch : RequestKind.Arithmetic;
        if (_kind == RequestKind.Touch) BinaryRequests.Touch(output, Key, opaque, Lifetime(ExpirationTime!.Value));
        else BinaryRequests.Arithmetic(output, Key, opaque, Delta, Decrement, Initial, Lifetime(ExpirationTime ?? Expiration.Never));
    }

    protected override CacheOutcome Answer(in Reply reply)
    {
        switch (_kind)
        {
            case RequestKind.Touch:
                _isTouched = _goesOn = reply.Code == ReplyCode.Done;
                return CacheOutcome.NotFound;
            case RequestKind.Store:
                _isMissing = false;
                if (reply.Code == ReplyCode.Done)
                {
                    _value = Initial!.Value;
                    return CacheOutcome.Stored;
                }
                _goesOn = _requests < MostRequests; // Somebody else has created it meanwhile.
                return CacheOutcome.NotStored;
            default:
                return Count(in reply);
        }
    }

    private CacheOutcome Count(in Reply reply)
    {
        if (reply.Code == ReplyCode.NotFound)
        {
            // Only classic requests are counted: in the others this is the answer, and a counter with a beginning is never missing.
            _isMissing = _goesOn = Initial is not null && _requests is > 0 and < MostRequests;
            return CacheOutcome.NotFound;
        }
        if (reply.Code != ReplyCode.Value) return CacheOutcome.NotStored;
        if (reply.Count is { } count)
        {
            _value = count;
            return CacheOutcome.Stored;
        }
        var digits = reply.Value.TrimEnd((byte)' ');
        if (!Utf8Parser.TryParse(digits, out _value, out var read) || read != digits.Length) return CacheOutcome.NotANumber;
        return CacheOutcome.Stored;
    }

    protected override void CopyFrom(CounterOperation other) =>
        (Delta, Decrement, Initial, ExpirationTime) = (other.Delta, other.Decrement, other.Initial, other.ExpirationTime);

    protected override bool HasNextStep()
    {
        var goesOn = _goesOn;
        _goesOn = false;
        return goesOn;
    }

    protected override CounterResult Result()
    {
        Overtake();
        return new CounterResult(Outcome, _value, Server, MayHaveBeenApplied);
    }

    protected override void Release()
    {
        _value = 0;
        _kind = RequestKind.Arithmetic;
        _isTouched = _isMissing = _goesOn = false;
        _requests = 0;
        Initial = null;
        ExpirationTime = null;
    }
}
