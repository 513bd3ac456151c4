using System.Net.Sockets;
using System.Security.Authentication;
using ActorCache.Protocol;

namespace ActorCache.Transport;

/// <summary>
/// Asks a peer that has accepted what it speaks, one question at a time: a peer that does not know a command may hang up on it, and what it
/// has answered before says then whether it is alive. A get comes first, because everything answers one; <c>mn</c> and a miss that echoes
/// prove meta, as we rely on it. Who says "unauthenticated" is told who is there, and asked again: a password is said to nobody who did not ask
/// for it. It begins no connection: whoever asked keeps the wire, or gives it up.
/// </summary>
internal sealed class Handshake(Wire wire)
{
    private const ushort Opaque = 1;
    private readonly ReceiveBuffer _received = new();
    private readonly SendBuffer _question = new();
    private Credentials? _unsaid;
    private ProtocolException? _refusal;
    private bool _wasHeard;

    /// <summary>What it speaks; null when it gets along with gets, and hung up on <c>mn</c>.</summary>
    /// <exception cref="ConnectException">It hung up without an answer, it will not have us, or it cannot be spoken to as wanted.</exception>
    /// <exception cref="ProtocolException">It is no memcached.</exception>
    public async Task<Dialect?> AskAsync(ConnectionOptions wanted, CancellationToken ct)
    {
        // Nobody waits for the end of a read that was given up: it ends with the wire.
        await using var abort = ct.UnsafeRegister(static wire => ((Wire)wire!).Abort(), wire).ConfigureAwait(false);
        _unsaid = wanted.Credentials;
        var isMetaWanted = wanted.Dialect == Dialect.Meta;
        if (!isMetaWanted)
        {
            Must(await AskAsync(Question.Get, ct).ConfigureAwait(false));
            // What cuts every connection behind its first reply looks like one that hangs up on mn: not with two gets.
            if (wanted.KeysOnly) Must(await AskAsync(Question.Get, ct).ConfigureAwait(false));
            if (wanted.KeysOnly || wanted.Dialect == Dialect.Classic) return Dialect.Classic;
        }
        var answer = await AskAsync(Question.NoOp, ct).ConfigureAwait(false);
        if (answer == Answer.Yes)
        {
            answer = await AskAsync(Question.Echo, ct).ConfigureAwait(false);
            if (answer == Answer.Yes) return Dialect.Meta;
            if (answer == Answer.HungUp) Must(answer); // It knows mn: it is gone.
        }
        if (isMetaWanted) Must(answer);
        // A refusal may be its last word to us.
        if (answer == Answer.No && (answer = await AskAsync(Question.Get, ct).ConfigureAwait(false)) == Answer.No) Must(answer);
        return answer == Answer.HungUp ? null : Dialect.Classic;
    }

    private void Must(Answer answer)
    {
        if (answer == Answer.No) throw _refusal!;
        if (answer == Answer.HungUp)
        {
            throw new ConnectException(new ConnectionClosed(CloseReason.HandshakeFailed, _wasHeard || wire is TlsWire
                ? "the server closed the connection"
                : "the server closed the connection and said nothing: if it speaks TLS, set Tls"));
        }
    }

    private async Task<Answer> AskAsync(Question question, CancellationToken ct)
    {
        var answer = await AskOnceAsync(question, ct).ConfigureAwait(false);
        if (answer != Answer.WhoIsThere) return answer;
        if (_unsaid is not { Username: var user }) throw Refused("the server asks who is there: set Username and Password");
        answer = await AskOnceAsync(Question.IsWelcome, ct).ConfigureAwait(false);
        _unsaid = null;
        // Not in its own words: they may repeat ours, and ours are secret.
        if (answer == Answer.HungUp) return answer;
        if (answer != Answer.Yes) throw Refused($"the server refuses the user \"{user}\" with this password: correct Username or Password");
        return await AskOnceAsync(question, ct).ConfigureAwait(false) is var again && again != Answer.WhoIsThere
            ? again
            : throw Refused($"the server lets the user \"{user}\" in, and asks who is there all the same");
    }

    private static ConnectException Refused(string how) => new(new ConnectionClosed(CloseReason.AuthenticationFailed, how));

    private async Task<Answer> AskOnceAsync(Question question, CancellationToken ct)
    {
        try
        {
            _question.Clear();
            switch (question)
            {
                case Question.IsWelcome: ClassicRequests.Authenticate(_question, _unsaid!.Username, _unsaid.Password); break;
                case Question.Get: ClassicRequests.Probe(_question); break;
                case Question.NoOp: MetaRequests.NoOp(_question); break;
                default: MetaRequests.Get(_question, ClassicRequests.ProbeKey, Opaque); break;
            }
            await wire.SendAsync(_question.Written).ConfigureAwait(false);
            while (true)
            {
                if (TryJudge(question, out var answer)) return answer;
                var count = await wire.ReceiveAsync(_received.Room()).ConfigureAwait(false);
                if (count == 0) return Answer.HungUp;
                _received.Received(count);
                _wasHeard = true;
            }
        }
        catch (Exception e) when (e is SocketException or IOException or ObjectDisposedException or AuthenticationException)
        {
            ct.ThrowIfCancellationRequested();
            // With TLS 1.3 a server looks at our certificate only after the TLS handshake is over for us.
            return TlsWire.RefusalIn(e) is { } refusal ? throw new ConnectException(refusal, e) : Answer.HungUp;
        }
    }

    private bool TryJudge(Question question, out Answer answer)
    {
        answer = Answer.No;
        var unread = _received.Unread;
        Reply reply;
        int consumed;
        if (question is Question.Get or Question.IsWelcome ? !ClassicReplyReader.TryRead(unread, out reply, out consumed, out _) : !ReplyReader.TryRead(unread, out reply, out consumed, out _))
            return false;
        if (consumed < unread.Length) throw new ProtocolException("A reply came that nobody asked for");
        var isYes = question switch
        {
            // A proxy whose own server is away says so, and is at work.
            Question.Get => reply.Code is ReplyCode.End or ReplyCode.Value or ReplyCode.ServerError,
            Question.NoOp => reply.Code == ReplyCode.NoOp,
            Question.IsWelcome => reply.Code == ReplyCode.Stored,
            _ => reply.Code is ReplyCode.Miss or ReplyCode.Value && reply.Opaque == Opaque && reply.Key.SequenceEqual(ClassicRequests.ProbeKey),
        };
        if (isYes) answer = Answer.Yes;
        else if (reply.Code == ReplyCode.ClientError && reply.Text.StartsWith("unauthenticated"u8)) answer = Answer.WhoIsThere;
        else _refusal = Refusal(question, in reply);
        _received.Read(consumed);
        return true;
    }

    private static ProtocolException Refusal(Question question, in Reply reply)
    {
        var what = question == Question.Echo
            ? "Its meta commands echo neither opaque nor key, as the first ones did not: set Dialect to Classic"
            : $"It said {reply.Code} to a {question}";
        return reply.Text.IsEmpty ? new ProtocolException(what) : new ProtocolException(what, reply.Text);
    }

    private enum Question
    {
        Get,
        NoOp,
        Echo,
        IsWelcome,
    }

    private enum Answer
    {
        HungUp,
        No,
        WhoIsThere,
        Yes,
    }
}
