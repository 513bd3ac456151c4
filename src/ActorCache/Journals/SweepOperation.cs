using System.Buffers;
using ActorCache.Protocol;
using ActorCache.Transport;

namespace ActorCache;

/// <summary>
/// One request of a sweep, on one given connection: the delete of a stale copy, a flush, or, as the last word, a sign of health. Also what
/// an operation sends ahead of itself to a server whose copy of its key is stale.
/// </summary>
internal sealed class SweepOperation : Operation
{
    private readonly RequestKind _kind;
    private readonly Journal? _journal;
    private readonly CopyMark _copy;
    private readonly Action<ReplyCode?>? _ended;
    private ReplyCode _reply;

    private SweepOperation(RequestKind kind, long now, long deadline, Action<ReplyCode?>? ended, Journal? journal = null, CopyMark copy = default)
    {
        (_kind, _ended, _journal, _copy) = (kind, ended, journal, copy);
        (AttemptStarted, Deadline) = (now, deadline);
    }

    public override RequestKind Kind => _kind;

    public override ReadOnlySpan<byte> Key => _kind == RequestKind.Delete ? _copy.Entry.Key : default;

    /// <summary>Deletes a copy; once that is answered, the journal knows.</summary>
    public static SweepOperation Delete(Journal journal, CopyMark copy, long now, long deadline, Action<ReplyCode?>? ended = null) =>
        new(RequestKind.Delete, now, deadline, ended, journal, copy);

    public static SweepOperation FlushAll(long now, long deadline, Action<ReplyCode?> ended) => new(RequestKind.FlushAll, now, deadline, ended);

    public static SweepOperation NoOp(long now, long deadline, Action<ReplyCode?> ended) => new(RequestKind.NoOp, now, deadline, ended);

    /// <summary>The connection did not take it. Where there is no such request, that is as good as the server's own refusal.</summary>
    public void Refuse(SendOutcome sent) => _ended?.Invoke(sent == SendOutcome.NotSupported ? ReplyCode.Error : null);

    protected override void WriteTo(IBufferWriter<byte> output, ushort opaque, Dialect dialect)
    {
        switch (_kind)
        {
            case RequestKind.Delete: Requests.Delete(output, dialect, Key, opaque); break;
            case RequestKind.FlushAll: Requests.FlushAll(output, dialect, opaque); break;
            default: Requests.NoOp(output, dialect, opaque); break;
        }
    }

    protected override void OnReply(in Reply reply)
    {
        // The classic probe is a get: with or without a value, or behind a proxy whose own server is away, it has been at work.
        _reply = _kind == RequestKind.NoOp && reply.Code is ReplyCode.Miss or ReplyCode.Value or ReplyCode.ServerError ? ReplyCode.NoOp : reply.Code;
        // At once, where replies come in order: a mark that was taken later is not taken for this delete's.
        if (reply.Code is ReplyCode.Done or ReplyCode.NotFound) _journal?.Cleaned(_copy);
    }

    protected override void OnAttemptEnded(AttemptEnd end) => _ended?.Invoke(null);

    protected override void Complete() => _ended?.Invoke(_reply);
}
