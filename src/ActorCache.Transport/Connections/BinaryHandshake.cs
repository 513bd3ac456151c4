using System.Net.Sockets;
using ActorCache.Protocol;

namespace ActorCache.Transport;

/// <summary>
/// Begins a connection in the binary dialect: says who we are, if somebody may want to know (SASL PLAIN, RFC 4616), and has a miss echoed, which
/// proves that the server executes our commands and says whose its replies are. It finds nothing out: nobody is spoken to in binary who was not
/// meant to be.
/// </summary>
internal sealed class BinaryHandshake(Wire wire)
{
    private const ushort Opaque = 1;
    private readonly ReceiveBuffer _received = new();
    private readonly SendBuffer _question = new();

    /// <exception cref="ConnectException">It hung up, or does not let us in.</exception>
    /// <exception cref="ProtocolException">It does not speak the dialect.</exception>
    public async Task AskAsync(ConnectionOptions wanted, CancellationToken ct)
    {
        // Nobody waits for the end of a read that was given up: it ends with the wire.
        await using var abort = ct.UnsafeRegister(static wire => ((Wire)wire!).Abort(), wire).ConfigureAwait(false);
        try
        {
            if (wanted.Credentials is { } credentials)
            {
                BinaryRequests.Authenticate(_question, Opaque, credentials.Username, credentials.Password);
                await AskAsync(BinaryOpcode.SaslAuth).ConfigureAwait(false);
            }
            BinaryRequests.Get(_question, ClassicRequests.ProbeKey, Opaque);
            await AskAsync(BinaryOpcode.GetK).ConfigureAwait(false);
        }
        catch (Exception e) when (e is SocketException or IOException or ObjectDisposedException)
        {
            ct.ThrowIfCancellationRequested();
            throw HungUp();
        }
    }

    private async Task AskAsync(BinaryOpcode question)
    {
        await wire.SendAsync(_question.Written).ConfigureAwait(false);
        _question.Clear();
        while (!TryJudge(question))
        {
            var count = await wire.ReceiveAsync(_received.Room()).ConfigureAwait(false);
            if (count == 0) throw HungUp();
            _received.Received(count);
        }
    }

    private bool TryJudge(BinaryOpcode question)
    {
        var unread = _received.Unread;
        if (!BinaryReplyReader.TryRead(unread, out var reply, out var consumed, out _)) return false;
        if (consumed < unread.Length) throw new ProtocolException("A reply came that nobody asked for");
        if (reply.Opcode != question || reply.Opaque != Opaque) throw new ProtocolException($"A reply to {reply.Opcode} came where {question} was asked");
        if (reply.Code == ReplyCode.Unauthenticated)
        {
            throw new ConnectException(new ConnectionClosed(CloseReason.HandshakeFailed, question == BinaryOpcode.SaslAuth
                ? "the server does not accept this Username and Password by SASL PLAIN"
                : "the server wants to know who is there: set Username and Password"));
        }
        var isYes = question == BinaryOpcode.SaslAuth
            // A server that asks nobody who he is does not know the command. It serves, so that servers and clients need not learn it in one moment.
            ? reply.Code is ReplyCode.Ok or ReplyCode.Error
            : reply.Code is ReplyCode.Miss or ReplyCode.Value && reply.Key.SequenceEqual(ClassicRequests.ProbeKey);
        if (!isYes) throw new ProtocolException($"It said {reply.Code} to {question}", reply.Text);
        _received.Read(consumed);
        return true;
    }

    private static ConnectException HungUp() => new(new ConnectionClosed(CloseReason.HandshakeFailed, "the server closed the connection"));
}
