using System.Buffers;
using ActorCache.Protocol;
using ActorCache.Transport;

namespace ActorCache;

/// <summary>
/// Marks an item as stale, for readers that may serve it while one of them creates it anew; or gives a lease back, by deleting or marking
/// the one version that it is for, where it was given.
/// </summary>
internal sealed class InvalidateOperation : AwaitableOperation<InvalidateOperation, StoreResult>
{
    private string? _at;
    private bool _isReturn; // by whoever creates the value: it does not overtake itself
    private ulong _cas;
    private bool _mark;
    private int? _exptime;

    public override RequestKind Kind => RequestKind.Delete;

    public override bool IsRepeatable => true;

    protected override CacheOutcome NothingHeld => CacheOutcome.NotFound;

    // Whatever copies there are elsewhere must not be found later either. A lease's own version is a value nowhere.
    protected override WriteKind Writes => _cas == 0 ? WriteKind.Removes : WriteKind.None;

    protected override string? OnlyAt => _at;

    /// <summary>It is stale, and gone after so many seconds.</summary>
    public InvalidateOperation ServedFor(int exptime)
    {
        (_mark, _exptime) = (true, exptime);
        return this;
    }

    /// <summary>
    /// The lease of this version is free again: for whoever comes next, if there is a stale value, or else the item is gone. Version 0: there was no
    /// lease, and the item is deleted.
    /// </summary>
    public InvalidateOperation ReturnsLease(ulong cas, string server, bool mark)
    {
        (_isReturn, _cas, _at, _mark) = (true, cas, cas == 0 ? null : server, mark);
        return this;
    }

    // A lease is given by meta only.
    protected override bool ExistsIn(Dialect dialect) => dialect == Dialect.Meta || _cas == 0;

    // Where it is not certain which copy of the key is the newest, or nobody is kept from creating it twice, nothing is kept to be served.
    protected override void WriteTo(IBufferWriter<byte> output, ushort opaque, Dialect dialect)
    {
        if (dialect != Dialect.Meta) Requests.Delete(output, dialect, Key, opaque);
        else MetaRequests.Invalidate(output, Key, opaque, _cas, _mark && (_cas != 0 || (IsUndisturbed && Dispatcher.GivesLeases)), _exptime);
    }

    protected override CacheOutcome Answer(in Reply reply) => reply.Code switch
    {
        ReplyCode.Done => CacheOutcome.Stored,
        ReplyCode.Exists => CacheOutcome.Exists,
        _ => CacheOutcome.NotFound,
    };

    protected override void CopyFrom(InvalidateOperation other) =>
        (_isReturn, _at, _cas, _mark, _exptime) = (other._isReturn, other._at, other._cas, other._mark, other._exptime);

    protected override StoreResult Result()
    {
        if (!_isReturn) Overtake();
        return new StoreResult(Outcome, Server, MayHaveBeenApplied);
    }

    protected override void Release()
    {
        _at = null;
        _cas = 0;
        _isReturn = _mark = false;
        _exptime = null;
    }
}
