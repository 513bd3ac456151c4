using System.Buffers;
using ActorCache.Protocol;

namespace ActorCache.Transport;

/// <summary>
/// Asks a quiet server for a sign of health: <c>mn</c>, or the get that nobody's key answers. A stopped process accepts connects, but only one
/// that executes commands answers this. Nobody waits for it: that something comes is all that counts.
/// </summary>
internal sealed class HealthProbe : Operation
{
    public HealthProbe(long now) => AttemptStarted = now;

    public override RequestKind Kind => RequestKind.NoOp;

    public override ReadOnlySpan<byte> Key => default;

    protected internal override void WriteTo(IBufferWriter<byte> output, ushort opaque, Dialect dialect) => Requests.NoOp(output, dialect, opaque);

    protected internal override void OnReply(in Reply reply) { }

    protected internal override void OnAttemptEnded(AttemptEnd end) { }

    protected internal override void Complete() { }
}
