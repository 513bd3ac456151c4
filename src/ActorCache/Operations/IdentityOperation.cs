using System.Buffers;
using System.Buffers.Text;
using ActorCache.Protocol;
using ActorCache.Transport;

namespace ActorCache;

/// <summary>Asks a server for its <c>stats</c>, of which two lines say which process it is (protocol.txt, "General-purpose statistics").</summary>
internal sealed class IdentityOperation : Operation
{
    private readonly TaskCompletionSource<ServerIdentity?> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long? _processId;
    private long? _uptime;

    public IdentityOperation(long now, long patience) => (AttemptStarted, Deadline) = (now, now + patience);

    public override RequestKind Kind => RequestKind.Stats;

    public override ReadOnlySpan<byte> Key => default;

    /// <summary>Who it is; null for a server that does not say.</summary>
    /// <exception cref="ConnectException">The connection ended before it did.</exception>
    public async Task<ServerIdentity?> AskAsync(IServerConnection connection, CancellationToken ct)
    {
        if (connection.TrySend(this) != SendOutcome.Accepted) OnAttemptEnded(AttemptEnd.NeverSent);
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

    protected override void WriteTo(IBufferWriter<byte> output, ushort opaque, Dialect dialect) => MetaRequests.Stats(output);

    protected override void OnReply(in Reply reply)
    {
        if (reply.Code != ReplyCode.Stat) return;
        Read(reply.Text, "pid "u8, ref _processId);
        Read(reply.Text, "uptime "u8, ref _uptime);
    }

    protected override void OnAttemptEnded(AttemptEnd end) => _answer.TrySetException(new TimeoutException());

    protected override void Complete() =>
        _answer.TrySetResult(_processId is { } pid && _uptime is { } seconds ? new ServerIdentity(pid, TimeSpan.FromSeconds(seconds)) : null);

    private static void Read(ReadOnlySpan<byte> line, ReadOnlySpan<byte> name, ref long? number)
    {
        if (line.StartsWith(name) && Utf8Parser.TryParse(line[name.Length..], out long value, out _)) number = Math.Clamp(value, 0, int.MaxValue);
    }
}
