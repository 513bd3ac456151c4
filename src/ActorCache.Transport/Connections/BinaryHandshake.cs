using System.Net.Sockets;
using System.Security.Authentication;
using ActorCache.Protocol;

namespace ActorCache.Transport;

/// <summary>
/// Begins a connection in the binary dialect: says who we are to a server that asks (SASL PLAIN, RFC 4616), and has a miss echoed, which proves that it
/// executes our commands and says whose its replies are. It finds no dialect out: nobody is spoken to in binary who was not meant to be. A server that
/// asks hangs up behind the first command of a stranger, so whoever has a name first asks how it may be said; a password is said to nobody who did
/// not ask for it.
/// </summary>
internal sealed class BinaryHandshake(Wire wire)
{
    private const ushort Opaque = 1;
    private readonly ReceiveBuffer _received = new();
    private readonly SendBuffer _question = new();
    private bool _isAsked; // who is there, by the server
    private bool _wasHeard;

    /// <exception cref="ConnectException">It hung up, or will not have us.</exception>
    /// <exception cref="ProtocolException">It does not speak the dialect.</exception>
    public async Task AskAsync(ConnectionOptions wanted, CancellationToken ct)
    {
        // Nobody waits for the end of a read that was given up: it ends with the wire.
        await using var abort = ct.UnsafeRegister(static wire => ((Wire)wire!).Abort(), wire).ConfigureAwait(false);
        var credentials = wanted.Credentials;
        try
        {
            if (credentials is not null)
            {
                BinaryRequests.Mechanisms(_question, Opaque);
                await AskAsync(BinaryOpcode.SaslList, credentials).ConfigureAwait(false);
            }
            if (_isAsked)
            {
                BinaryRequests.Authenticate(_question, Opaque, credentials!.Username, credentials.Password);
                await AskAsync(BinaryOpcode.SaslAuth, credentials).ConfigureAwait(false);
            }
            BinaryRequests.Get(_question, ClassicRequests.ProbeKey, Opaque);
            await AskAsync(BinaryOpcode.GetK, credentials).ConfigureAwait(false);
        }
        catch (Exception e) when (e is SocketException or IOException or ObjectDisposedException or AuthenticationException)
        {
            ct.ThrowIfCancellationRequested();
            // With TLS 1.3 a server looks at our certificate only after the TLS handshake is over for us.
            throw TlsWire.RefusalIn(e) is { } refusal ? new ConnectException(refusal, e) : HungUp();
        }
    }

    private async Task AskAsync(BinaryOpcode question, Credentials? credentials)
    {
        await wire.SendAsync(_question.Written).ConfigureAwait(false);
        _question.Clear();
        while (!TryJudge(question, credentials))
        {
            var count = await wire.ReceiveAsync(_received.Room()).ConfigureAwait(false);
            if (count == 0) throw HungUp();
            _received.Received(count);
            _wasHeard = true;
        }
    }

    private bool TryJudge(BinaryOpcode question, Credentials? credentials)
    {
        var unread = _received.Unread;
        if (!BinaryReplyReader.TryRead(unread, out var reply, out var consumed, out _)) return false;
        if (consumed < unread.Length) throw new ProtocolException("A reply came that nobody asked for");
        if (reply.Opcode != question || reply.Opaque != Opaque) throw new ProtocolException($"A reply to {reply.Opcode} came where {question} was asked");
        // Not in its own words: they may repeat ours, and ours are secret.
        if (reply.Code == ReplyCode.Unauthenticated) throw Refused(question, credentials?.Username);
        switch (question)
        {
            case BinaryOpcode.SaslList when reply.Code == ReplyCode.Ok:
                _isAsked = HasPlain(reply.Text) ? true : throw Refused("the server does not take SASL PLAIN, only other ways to say who is there: have it offer PLAIN");
                break;
            case BinaryOpcode.SaslList when reply.Code == ReplyCode.Error:
            case BinaryOpcode.SaslAuth when reply.Code == ReplyCode.Ok:
            case BinaryOpcode.GetK when reply.Code is ReplyCode.Miss or ReplyCode.Value && reply.Key.SequenceEqual(ClassicRequests.ProbeKey):
                break;
            default:
                throw new ProtocolException($"It said {reply.Code} to {question}", question == BinaryOpcode.SaslAuth ? [] : reply.Text);
        }
        _received.Read(consumed);
        return true;
    }

    // Names with spaces between them.
    private static bool HasPlain(ReadOnlySpan<byte> mechanisms)
    {
        foreach (var mechanism in mechanisms.Split((byte)' '))
        {
            if (mechanisms[mechanism].SequenceEqual("PLAIN"u8)) return true;
        }
        return false;
    }

    private static ConnectException Refused(BinaryOpcode question, string? user) => Refused(
        question == BinaryOpcode.SaslAuth ? $"the server refuses the user \"{user}\" with this password: correct Username or Password"
        : user is null ? "the server asks who is there: set Username and Password"
        : $"the server lets the user \"{user}\" in, and asks who is there all the same");

    private static ConnectException Refused(string how) => new(new ConnectionClosed(CloseReason.AuthenticationFailed, how));

    private ConnectException HungUp() => new(new ConnectionClosed(CloseReason.HandshakeFailed, _wasHeard || wire is TlsWire
        ? "the server closed the connection"
        : "the server closed the connection and said nothing: if it speaks TLS, set Tls"));
}
