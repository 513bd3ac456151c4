using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace ActorCache.Transport.Tests;

/// <summary>The server's side of TLS over a socket that a <see cref="Listener"/> has accepted, played by hand.</summary>
internal sealed class TlsPeer(Socket socket) : IDisposable
{
    private readonly SslStream _stream = new(new NetworkStream(socket, ownsSocket: true));

    public Socket Socket => socket;

    /// <summary>Agrees on TLS with this certificate; a client's is asked for if it is to be one of <paramref name="clients"/>.</summary>
    public Task Begin((string Certificate, string Key) own, string? clients = null, SslProtocols protocols = SslProtocols.None) =>
        _stream.AuthenticateAsServerAsync(new SslServerAuthenticationOptions
        {
            ServerCertificate = X509Certificate2.CreateFromPemFile(own.Certificate, own.Key),
            ClientCertificateRequired = clients is not null,
            EnabledSslProtocols = protocols,
            CertificateChainPolicy = clients is null ? null : Trusting(clients),
        }).Soon("TLS");

    public async Task<string> Read(int count)
    {
        var bytes = new byte[count];
        await _stream.ReadExactlyAsync(bytes).AsTask().Soon($"{count} bytes");
        return Encoding.Latin1.GetString(bytes);
    }

    public Task Say(string bytes) => _stream.WriteAsync(Encoding.Latin1.GetBytes(bytes)).AsTask().Soon("a write");

    public async Task Expect(string asked, string answer)
    {
        Assert.Equal(asked, await Read(asked.Length));
        await Say(answer);
    }

    public async Task AnswerHandshake()
    {
        await Expect("get actorcache-probe\r\n", "END\r\n");
        await Expect("mn\r\n", "MN\r\n");
        await Expect("mg actorcache-probe v f k c O1\r\n", "EN kactorcache-probe O1\r\n");
    }

    /// <summary>What comes before the end is no command: nothing that can be read under TLS.</summary>
    public async Task HearsNothing()
    {
        var heard = await Record.ExceptionAsync(async () => Assert.Equal(0, await _stream.ReadAsync(new byte[1]).AsTask().Soon()));
        Assert.True(heard is null or IOException or InvalidOperationException or AuthenticationException, $"{heard}");
    }

    public void Dispose() => _stream.Dispose();

    private static X509ChainPolicy Trusting(string file)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.ImportFromPemFile(file);
        return policy;
    }
}
