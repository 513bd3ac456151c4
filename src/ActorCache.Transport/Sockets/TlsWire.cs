using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;

namespace ActorCache.Transport;

/// <summary>
/// A socket under TLS. The platform's stream allows one read and one write at a time, which is what a connection does: one loop reads, and
/// one owner of the send side writes. It ends as a socket does, without a last word: every reply says where it ends, so a cut shows.
/// </summary>
internal sealed class TlsWire : Wire
{
    private readonly SslStream _stream;
    private readonly SocketWire _socket;

    private TlsWire(Socket socket, SslStream stream) => (_socket, _stream) = (new SocketWire(socket), stream);

    /// <summary>Has TLS agreed on over a connected socket, which it owns from then on; until then, and when it fails, that is the caller's.</summary>
    /// <exception cref="ConnectException">There is no TLS to be had, or none that is to be trusted; it says what was wrong.</exception>
    public static async Task<TlsWire> BeginAsync(Socket socket, ServerEndPoint server, TlsOptions tls, CancellationToken ct)
    {
        if (server.IsUnixSocket) throw Failed("a Unix socket has no name that a certificate could be for: use Tcp, or no Tls");
        var options = await TlsFiles.ReadAsync(tls, server, ct).ConfigureAwait(false);
        string? fault = null;
        var isTrusted = options.RemoteCertificateValidationCallback;
        options.RemoteCertificateValidationCallback = (sender, certificate, chain, errors) =>
        {
            if (isTrusted?.Invoke(sender, certificate, chain, errors) ?? errors == SslPolicyErrors.None) return true;
            fault = CertificateFault.Of(certificate, chain, errors, options.TargetHost ?? "");
            return false;
        };
        var stream = new SslStream(new NetworkStream(socket, ownsSocket: true));
        try
        {
            await stream.AuthenticateAsClientAsync(options, ct).ConfigureAwait(false);
            return new TlsWire(socket, stream);
        }
        catch (Exception e) when (e is AuthenticationException or IOException)
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            ct.ThrowIfCancellationRequested();
            if (fault is not null) throw new ConnectException(new ConnectionClosed(CloseReason.CertificateRejected, $"{server}: {fault}"), e);
            if (RefusalIn(e) is { } refusal) throw new ConnectException(refusal, e);
            throw Failed(e is IOException ? "the server closed the connection" : $"is it spoken to in plaintext? {e.GetBaseException().Message}", e);
        }

        ConnectException Failed(string how, Exception? e = null) => new(new ConnectionClosed(CloseReason.HandshakeFailed, $"{server}: no TLS: {how}"), e);
    }

    /// <summary>The alert in an exception that TLS has met, by which a server says that it does not like our certificate, or wants one.</summary>
    public static ConnectionClosed? RefusalIn(Exception e) => e.GetBaseException() is var alert && alert != e && alert.Message.Contains(" alert ", StringComparison.Ordinal)
        ? new ConnectionClosed(CloseReason.CertificateRejected, $"the server ends TLS, as when it wants another certificate of ours: see TlsCertificateFile. {alert.Message}")
        : null;

    public override ValueTask<int> ReceiveAsync(Memory<byte> buffer) => _stream.ReadAsync(buffer);

    public override ValueTask SendAsync(ReadOnlyMemory<byte> bytes) => _stream.WriteAsync(bytes);

    public override void Dispose() => _stream.Dispose();

    public override void Abort()
    {
        _socket.Abort();
        Dispose();
    }
}
