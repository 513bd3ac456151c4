using System.Buffers;
using ActorCache.Protocol;
using ActorCache.Transport;

namespace ActorCache;

/// <summary>
/// A flush of one server. One that was to be flushed at once, and did not say that it was, is flushed before it serves again: the caller
/// wants nothing back of what it holds.
/// </summary>
/// <param name="dispatcher">The way there.</param>
/// <param name="server">The server.</param>
/// <param name="delay">memcached's expiration time at which its items become invalid; 0 for now.</param>
internal sealed class FlushOperation(Dispatcher dispatcher, string server, int delay) : ServerOperation<CacheOutcome>(dispatcher, server)
{
    private readonly Journal _journal = dispatcher.Journal;
    private CacheOutcome _outcome;

    public override RequestKind Kind => RequestKind.FlushAll;

    protected override void WriteTo(IBufferWriter<byte> output, ushort opaque, Dialect dialect) => Requests.FlushAll(output, dialect, opaque, (uint)delay);

    // One that refuses is left alone: it would refuse the next one too.
    protected override void OnReply(in Reply reply) => _outcome = reply.Code == ReplyCode.Ok ? CacheOutcome.Stored : CacheOutcome.ServerError;

    protected override CacheOutcome Answered() => _outcome;

    protected override CacheOutcome Unanswered(CacheOutcome why)
    {
        // Who is overloaded was sent nothing, and the caller is told to try again; who has no such command would not have it later either.
        if (delay == 0 && (why is CacheOutcome.Unavailable or CacheOutcome.TimedOut) && At is { } at) _journal.Unflushed(at.Id);
        return why;
    }
}
