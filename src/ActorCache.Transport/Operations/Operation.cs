using System.Buffers;
using ActorCache.Protocol;

namespace ActorCache.Transport;

/// <summary>
/// One request on its way to an answer. Pooled by those who derive it. At any moment exactly one party owns it: the caller that
/// prepares it, the slot it waits in, or whoever took it out of that slot (the receive loop with its reply, the tick with a timeout, a
/// closing connection, a cancellation). Taking is one interlocked exchange, so every operation ends exactly once.
/// </summary>
public abstract class Operation : IThreadPoolWorkItem
{
    private OperationSlot? _slot;

    /// <summary>What is asked.</summary>
    public abstract RequestKind Kind { get; }

    /// <summary>The key whose echo the reply must carry; empty for requests without one.</summary>
    public abstract ReadOnlySpan<byte> Key { get; }

    /// <summary>When the whole call must be over, in the connection's time stamps; an attempt never waits past it.</summary>
    public long Deadline { get; protected set; } = long.MaxValue;

    /// <summary>When the present attempt began, in the connection's time stamps; set before it is offered.</summary>
    public long AttemptStarted { get; protected set; }

    /// <summary>Whether there is such a request in a dialect at all. Not asked for <see cref="Dialect.Meta"/>, which has all.</summary>
    protected internal virtual bool ExistsIn(Dialect dialect) => true;

    /// <summary>Writes the request, in the dialect of the connection, which is never Auto. May throw: the connection takes back what was written, and the exception reaches the sender.</summary>
    protected internal abstract void WriteTo(IBufferWriter<byte> output, ushort opaque, Dialect dialect);

    /// <summary>
    /// Takes the reply, on the receive loop: copy what is needed, and run no code of the user's. For <see cref="RequestKind.Stats"/> it
    /// comes once a line, and others may take the operation back while a line is being read: do not pool those. Afterwards the
    /// connection has <see cref="Complete"/> run on a thread-pool thread.
    /// </summary>
    protected internal abstract void OnReply(in Reply reply);

    /// <summary>The attempt ended without a reply; the operation is the callee's: to send elsewhere, or to complete.</summary>
    protected internal abstract void OnAttemptEnded(AttemptEnd end);

    /// <summary>Hands the result to whoever waits. Runs on a thread-pool thread, and may run the waiter's code.</summary>
    protected internal abstract void Complete();

    /// <summary>Takes the operation out of whatever slot it waits in. True: the caller owns it now.</summary>
    /// <param name="witness">What is to wait there in its place, of the same kind and key: it hears how the attempt ends. Null for nobody.</param>
    protected bool TryTakeBack(Operation? witness = null) => Volatile.Read(ref _slot)?.TryTake(this, witness) == true;

    internal void WaitsIn(OperationSlot slot) => Volatile.Write(ref _slot, slot);

    void IThreadPoolWorkItem.Execute() => Complete();
}
