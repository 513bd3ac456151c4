using System.Buffers;
using ActorCache.Protocol;
using ActorCache.Transport;

namespace ActorCache;

/// <summary>A flush of one server: aimed at that server, and at no other when it cannot be reached.</summary>
internal sealed class FlushOperation : Operation
{
    private readonly TaskCompletionSource<CacheOutcome> _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private CacheOutcome _answer;

    public FlushOperation(long now, long deadline) => (AttemptStarted, Deadline) = (now, deadline);

    public override RequestKind Kind => RequestKind.FlushAll;

    public override ReadOnlySpan<byte> Key => default;

    public Task<CacheOutcome> SendTo(IConnection server)
    {
        switch (server.TrySend(this))
        {
            case SendOutcome.Full: _outcome.SetResult(CacheOutcome.Overloaded); break;
            case SendOutcome.Closed or SendOutcome.Moved: _outcome.SetResult(CacheOutcome.Unavailable); break;
        }
        return _outcome.Task;
    }

    protected override void WriteTo(IBufferWriter<byte> output, ushort opaque) => MetaRequests.FlushAll(output);

    protected override void OnReply(in Reply reply) =>
        _answer = reply.Code == ReplyCode.Ok ? CacheOutcome.Stored : CacheOutcome.ServerError;

    protected override void OnAttemptEnded(AttemptEnd end) =>
        _outcome.TrySetResult(end == AttemptEnd.TimedOut ? CacheOutcome.TimedOut : CacheOutcome.Unavailable);

    protected override void Complete() => _outcome.TrySetResult(_answer);
}
