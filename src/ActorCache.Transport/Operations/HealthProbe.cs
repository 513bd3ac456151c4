using System.Buffers;
using ActorCache.Protocol;

namespace ActorCache.Transport;

/// <summary>Asks <c>mn</c>: a stopped process accepts connects, but only one that executes commands answers this.</summary>
internal sealed class HealthProbe : Operation
{
    private readonly TaskCompletionSource _answered = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public HealthProbe(long now) => AttemptStarted = now;

    /// <summary>Completes when answered, is cancelled when the connection ended before.</summary>
    public Task Answered => _answered.Task;

    public override RequestKind Kind => RequestKind.NoOp;

    public override ReadOnlySpan<byte> Key => default;

    protected internal override void WriteTo(IBufferWriter<byte> output, ushort opaque, Dialect dialect) => MetaRequests.NoOp(output);

    protected internal override void OnReply(in Reply reply)
    {
        if (reply.Code == ReplyCode.NoOp) _answered.TrySetResult();
        // Only the handshake waits for this; of a later probe nobody would look at the exception, so it is looked at here.
        else if (_answered.TrySetException(new ProtocolException($"{reply.Code} to a health probe", reply.Text))) _ = Answered.Exception;
    }

    protected internal override void OnAttemptEnded(AttemptEnd end) => _answered.TrySetCanceled();

    protected internal override void Complete() { }
}
