using System.Buffers;
using System.Buffers.Text;
using ActorCache.Protocol;
using ActorCache.Transport;

namespace ActorCache;

/// <summary>A question of statistics that is asked of a server when it is dialled (protocol.txt, "Statistics"): some lines answer it.</summary>
/// <typeparam name="TAnswer">What they say; null for a server that does not say.</typeparam>
internal abstract class HandshakeQuestion<TAnswer> : Operation where TAnswer : struct
{
    private readonly TaskCompletionSource<TAnswer?> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    protected HandshakeQuestion(long now, long patience) => (AttemptStarted, Deadline) = (now, now + patience);

    public sealed override RequestKind Kind => RequestKind.Stats;

    public sealed override ReadOnlySpan<byte> Key => default;

    /// <summary>What is asked for.</summary>
    protected abstract string? Group { get; }

    /// <summary>What its lines have come to.</summary>
    protected abstract TAnswer? Answer { get; }

    /// <summary>Asks; null for a server that does not say.</summary>
    /// <param name="connection">Whom.</param>
    /// <param name="ct">Gives up.</param>
    /// <param name="more">Another question follows at once.</param>
    /// <exception cref="ConnectException">The connection ended before there was an answer.</exception>
    public async Task<TAnswer?> AskAsync(IServerConnection connection, CancellationToken ct, bool more = false)
    {
        if (connection.TrySend(this, more) != SendOutcome.Accepted) OnAttemptEnded(AttemptEnd.NeverSent);
        try
        {
            return await _answer.Task.WaitAsync(ct).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            throw new ConnectException(connection.Completion.IsCompletedSuccessfully
                ? (await connection.Completion.ConfigureAwait(false)) with { Reason = CloseReason.HandshakeFailed }
                : new ConnectionClosed(CloseReason.HandshakeFailed, "no answer to stats"));
        }
    }

    protected sealed override void WriteTo(IBufferWriter<byte> output, ushort opaque, Dialect dialect) => Requests.Stats(output, dialect, opaque, Group);

    protected sealed override void OnReply(in Reply reply)
    {
        if (reply.Code == ReplyCode.Stat) Hear(reply.Key, reply.Value);
    }

    protected sealed override void OnAttemptEnded(AttemptEnd end) => _answer.TrySetException(new TimeoutException());

    protected sealed override void Complete() => _answer.TrySetResult(Answer);

    /// <summary>One of the figures.</summary>
    protected abstract void Hear(ReadOnlySpan<byte> name, ReadOnlySpan<byte> figure);

    /// <summary>The number that a figure is; what is none leaves it as it was.</summary>
    protected static void Read(ReadOnlySpan<byte> figure, ref long? number)
    {
        if (Utf8Parser.TryParse(figure, out long value, out _)) number = Math.Clamp(value, 0, int.MaxValue);
    }
}
