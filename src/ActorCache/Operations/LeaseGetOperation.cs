using System.Buffers;
using ActorCache.Protocol;
using ActorCache.Transport;

namespace ActorCache;

/// <summary>
/// A read that asks for a lease: what is there, and whether the caller is the one who is to create or renew it. A read as far as copies on
/// other servers are concerned: the empty item that it may leave behind is no value to anyone, and does not live longer than the lease.
/// </summary>
internal sealed class LeaseGetOperation<T> : AwaitableOperation<LeaseGetOperation<T>, LeaseAnswer<T>>
{
    private ArrivedValue _arrived;
    private StoredItem? _stored; // as it lies there, for one who has won it
    private TagStamps? _stamps;
    private uint _flags;
    private ulong _cas;
    private long _timeLeft;
    private bool _won;
    private bool _isStale;
    private bool _isPlaceholder;
    private bool _isOutdated;

    /// <summary>memcached's expiration time of the lease; null to ask for none, where there is none to be had for a key.</summary>
    public int? Lease { get; set; }

    /// <summary>memcached's expiration time below which a value is to be renewed early; null for not at all.</summary>
    public int? Early { get; set; }

    public override RequestKind Kind => RequestKind.Get;

    public override bool IsRepeatable => true;

    protected override WriteKind Writes => WriteKind.None;

    protected override bool ChangesServers => Lease is not null;

    public LeaseGetOperation<T> Asking(Dispatcher dispatcher, string key, int? lease, int? early)
    {
        (Lease, Early) = (lease, early);
        Begin(dispatcher, key);
        return this;
    }

    protected override void WriteTo(IBufferWriter<byte> output, ushort opaque, Dialect dialect)
    {
        // The place that 1.6.18 makes for a key in base64 forgets that it is one: its echo would be the bytes themselves, a line end among them.
        if (dialect == Dialect.Meta && Lease is { } lease && !CacheKey.IsBase64(Key)) MetaRequests.Lease(output, Key, opaque, lease, Early);
        else Requests.Get(output, dialect, Key, opaque);
    }

    protected override CacheOutcome Answer(in Reply reply)
    {
        if (reply.Code == ReplyCode.Miss) return CacheOutcome.Miss;
        // Without leases nobody could be waited for.
        if (Lease is null && (reply.Stale || ValueFlags.IsPlaceholder(in reply))) return CacheOutcome.Miss;
        (_flags, _timeLeft, _won, _isStale) = (reply.ClientFlags, reply.TimeToLive ?? -1, reply.Won, reply.Stale);
        _cas = Lease is null ? 0 : reply.Cas; // Where there are no leases, it is one server's of many.
        _isPlaceholder = ValueFlags.IsPlaceholder(in reply);
        if (_won && !_isStale && !_isPlaceholder) _stored = new StoredItem(reply.Value.ToArray(), _flags, (int)_timeLeft);
        var value = reply.Value;
        if (ValueFlags.IsTagged(_flags))
        {
            _stamps = TagStamps.Read(value, out var header);
            _isOutdated = _stamps is null;
            value = value[header..];
        }
        _arrived.Keep(value, _flags);
        return CacheOutcome.Hit;
    }

    protected override Task? Sequel() => _stamps is not null || (_arrived.IsChunked && !_isOutdated) ? CompleteAsync() : null;

    protected override void CopyFrom(LeaseGetOperation<T> other) => (Lease, Early) = (other.Lease, other.Early);

    protected override LeaseAnswer<T> Result()
    {
        var answer = new LeaseAnswer<T>
        {
            Outcome = Outcome,
            Cas = _cas,
            Server = Server,
            FromStandIn = FromStandIn,
            Won = _won,
            IsStale = _isStale,
            IsPlaceholder = _isPlaceholder,
            IsOutdated = _isOutdated,
            IsNegative = ValueFlags.IsNegative(_flags),
        };
        if (Outcome != CacheOutcome.Hit || answer.IsNegative || _isPlaceholder || _isOutdated) return answer;
        try
        {
            answer = answer with { Value = Dispatcher.Values.Decode<T>(_arrived.Flags, _arrived.Bytes), HasValue = true };
        }
        catch when (_won)
        {
            // Who is to create it anew need not be able to read what there was.
            return answer;
        }
        return answer with { Stored = _stored };
    }

    protected override void Release()
    {
        _arrived.Release();
        _stored = null;
        _stamps = null;
        _flags = 0;
        _cas = 0;
        _timeLeft = -1;
        _won = _isStale = _isPlaceholder = _isOutdated = false;
        Lease = Early = null;
    }

    // A tag that was invalidated, or a part that is gone, makes a value no value.
    private async Task CompleteAsync()
    {
        var outcome = _stamps is null ? CacheOutcome.Hit : await _stamps.CheckAsync(Dispatcher.Until(Deadline), Cancellation).ConfigureAwait(false);
        if (outcome == CacheOutcome.Hit && _arrived.IsChunked)
            (outcome, _arrived) = await ChunkedValue.GatherAsync(Dispatcher, _arrived, exptime: null, Deadline, Cancellation).ConfigureAwait(false);
        if (outcome == CacheOutcome.Miss) _isOutdated = true;
        else if (outcome != CacheOutcome.Hit) Outcome = outcome;
    }
}
