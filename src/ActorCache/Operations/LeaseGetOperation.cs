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
    private static readonly ValueCodec<T> Codec = ValueCodec<T>.Instance;
    private byte[]? _bytes;
    private int _length;
    private int _header;
    private uint _flags;
    private ulong _cas;
    private long _timeLeft;
    private bool _won;
    private bool _isStale;
    private bool _isPlaceholder;
    private bool _isOutdated;
    private Dispatcher _dispatcher = null!;

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
        (_dispatcher, Lease, Early) = (dispatcher, lease, early);
        Begin(dispatcher, key);
        return this;
    }

    protected override void WriteTo(IBufferWriter<byte> output, ushort opaque, Dialect dialect)
    {
        if (dialect == Dialect.Classic) ClassicRequests.Get(output, Key);
        else if (Lease is { } lease) MetaRequests.Lease(output, Key, opaque, lease, Early);
        else MetaRequests.Get(output, Key, opaque);
    }

    protected override CacheOutcome Answer(in Reply reply)
    {
        if (reply.Code == ReplyCode.Miss) return CacheOutcome.Miss;
        // Without leases nobody could be waited for.
        if (Lease is null && (reply.Stale || ItemFlags.IsPlaceholder(in reply))) return CacheOutcome.Miss;
        (_cas, _flags, _timeLeft, _won, _isStale) = (reply.Cas, reply.ClientFlags, reply.TimeToLive ?? -1, reply.Won, reply.Stale);
        _isPlaceholder = ItemFlags.IsPlaceholder(in reply);
        _length = reply.Value.Length;
        _bytes = ArrayPool<byte>.Shared.Rent(_length);
        reply.Value.CopyTo(_bytes);
        return CacheOutcome.Hit;
    }

    protected override Task? Sequel()
    {
        if (_bytes is null || !ItemFlags.IsTagged(_flags)) return null;
        var stamps = TagStamps.Read(_bytes.AsSpan(0, _length), out _header);
        return CheckAsync(stamps);
    }

    protected override void CopyFrom(LeaseGetOperation<T> other) => (_dispatcher, Lease, Early) = (other._dispatcher, other.Lease, other.Early);

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
            IsNegative = ItemFlags.IsNegative(_flags),
        };
        if (_bytes is null || Outcome != CacheOutcome.Hit || answer.IsNegative || _isPlaceholder || _isOutdated) return answer;
        try
        {
            answer = answer with { Value = Codec.Read(_bytes.AsSpan(_header, _length - _header)), HasValue = true };
        }
        catch when (_won)
        {
            // Who is to create it anew need not be able to read what there was.
            return answer;
        }
        return _won && !_isStale ? answer with { Stored = new StoredItem(_bytes.AsSpan(0, _length).ToArray(), _flags, (int)_timeLeft) } : answer;
    }

    protected override void Release()
    {
        if (_bytes is not null) ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = null;
        _length = _header = 0;
        _flags = 0;
        _cas = 0;
        _timeLeft = -1;
        _won = _isStale = _isPlaceholder = _isOutdated = false;
        _dispatcher = null!;
        Lease = Early = null;
    }

    private async Task CheckAsync(TagStamps? stamps)
    {
        var outcome = stamps is null ? CacheOutcome.Miss : await stamps.CheckAsync(_dispatcher.Until(Deadline), Cancellation).ConfigureAwait(false);
        if (outcome == CacheOutcome.Miss) _isOutdated = true;
        else if (outcome != CacheOutcome.Hit) Outcome = outcome;
    }
}
