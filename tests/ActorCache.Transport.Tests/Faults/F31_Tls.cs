using System.Net.Sockets;
using System.Security.Authentication;

namespace ActorCache.Transport.Tests.Faults;

/// <summary>TLS with whoever is not who they should be, does not speak it, or dies over it: no command is said, and the end names its reason.</summary>
public sealed class F31_Tls : IDisposable
{
    private readonly CertificateAuthority _ca = new();
    private readonly Listener _listener = new();

    public void Dispose()
    {
        _listener.Dispose();
        _ca.Dispose();
    }

    [Theory]
    [InlineData("another host", "its certificate is for cache-9, not for \"localhost\"")]
    [InlineData("another address", "its certificate is for 127.0.0.2, not for \"localhost\"")]
    [InlineData("expired", "has expired, at ")]
    [InlineData("not yet valid", "is not yet valid, until ")]
    [InlineData("self-signed", "belongs into TlsCaFile")]
    [InlineData("another authority", "belongs into TlsCaFile")]
    [InlineData("expired and another host", "not for \"localhost\": correct Servers, or set TlsServerName; the certificate of CN=test has expired")]
    [InlineData("a subject with a line end", "a?b")]
    public async Task A_certificate_that_is_not_to_be_trusted_ends_the_dial_before_a_command(string fault, string detail)
    {
        using var another = new CertificateAuthority("Another CA");
        var shown = fault switch
        {
            "another host" => _ca.Issue(["cache-9"]),
            "another address" => _ca.Issue(["127.0.0.2"]),
            "expired" => _ca.Issue(["localhost"], -10, -5),
            "not yet valid" => _ca.Issue(["localhost"], 5, 10),
            "self-signed" => _ca.Issue(["localhost"], selfSigned: true),
            "expired and another host" => _ca.Issue(["cache-9"], -10, -5),
            "a subject with a line end" => _ca.Issue(["localhost"], selfSigned: true, subject: "CN=\"a\nb\""),
            _ => another.Issue(["localhost"]),
        };
        var connecting = Connect();
        using var peer = new TlsPeer(await _listener.Accept());
        _ = await Record.ExceptionAsync(() => peer.Begin(shown));

        var end = await AssertFails(connecting);
        Assert.Equal(CloseReason.CertificateRejected, end.Reason);
        Assert.Contains(detail, end.Detail, StringComparison.Ordinal);
        Assert.DoesNotContain(end.Detail, char.IsControl);
        await peer.HearsNothing();
    }

    [Theory]
    [InlineData("127.0.0.1", "127.0.0.1", null)]
    [InlineData("127.0.0.1", "cache-1", "cache-1")]
    [InlineData("localhost", "localhost", null)]
    [InlineData("localhost", "*.example.org", "a.example.org")]
    public async Task A_certificate_for_the_configured_name_is_trusted(string host, string certificate, string? serverName)
    {
        var (connection, peer) = await Connected(_ca.Issue([certificate]), new TlsOptions { CaFile = _ca.CaFile, ServerName = serverName }, host);
        using var _ = peer;
        var operation = new TestOperation(RequestKind.Get, "k", _listener.Time);
        connection.TrySend(operation);
        await peer.Expect("mg k v f k c O0\r\n", "VA 5 kk c1 O0\r\nhello\r\n");
        await LiveConnection.AssertAnswered(operation, "hello");
        connection.Close(new ConnectionClosed(CloseReason.Closed, "done"));
    }

    [Fact]
    public async Task An_IPv6_address_is_a_name_like_any_other()
    {
        using var listener = new TcpListener(System.Net.IPAddress.IPv6Loopback, 0);
        listener.Start();
        var server = ServerEndPoint.Tcp("::1", ((System.Net.IPEndPoint)listener.LocalEndpoint).Port);
        var connecting = PipelinedConnection.ConnectAsync(server, Options(), _listener.Time);
        using var peer = new TlsPeer(await listener.AcceptSocketAsync().Soon());
        await peer.Begin(_ca.Issue(["::1"]));
        await peer.AnswerHandshake();
        (await connecting.Soon()).Close(new ConnectionClosed(CloseReason.Closed, "done"));
    }

    [Fact]
    public async Task Without_a_file_the_machines_roots_decide_and_do_not_know_ours()
    {
        var connecting = Connect(new TlsOptions());
        using var peer = new TlsPeer(await _listener.Accept());
        _ = await Record.ExceptionAsync(() => peer.Begin(_ca.Issue(["localhost"])));
        Assert.Equal(CloseReason.CertificateRejected, (await AssertFails(connecting)).Reason);
    }

    [Fact]
    public async Task TLS_before_1_2_is_not_spoken()
    {
        var connecting = Connect();
        using var peer = new TlsPeer(await _listener.Accept());
#pragma warning disable CA5397, SYSLIB0039 // That is what nobody shall speak.
        Assert.NotNull(await Record.ExceptionAsync(() => peer.Begin(_ca.Issue(["localhost"]), protocols: SslProtocols.Tls11)));
#pragma warning restore CA5397, SYSLIB0039
        peer.Dispose();
        Assert.NotEqual(CloseReason.Faulted, (await AssertFails(connecting)).Reason);
    }

    [Fact]
    public async Task A_peer_that_speaks_plaintext_is_told_from_an_outage()
    {
        var connecting = Connect();
        using var peer = await _listener.Accept();
        await peer.Say("ERROR\r\n");
        var end = await AssertFails(connecting);
        Assert.Equal(CloseReason.HandshakeFailed, end.Reason);
        Assert.Contains("is it spoken to in plaintext?", end.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_peer_that_speaks_TLS_is_told_from_an_outage_by_who_does_not()
    {
        var connecting = PipelinedConnection.ConnectAsync(_listener.EndPoint, new ConnectionOptions(), _listener.Time);
        using (var peer = new TlsPeer(await _listener.Accept())) Assert.NotNull(await Record.ExceptionAsync(() => peer.Begin(_ca.Issue(["localhost"]))));
        var end = await AssertFails(connecting);
        Assert.Equal(CloseReason.HandshakeFailed, end.Reason);
        Assert.Contains("set Tls", end.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_peer_that_is_silent_is_given_up_after_the_connect_timeout()
    {
        var connecting = Connect();
        using var peer = await _listener.Accept();
        Assert.Equal("\x16\x03", await peer.Read(2));
        _listener.Time.Advance(Options().ConnectTimeout);
        var end = await AssertFails(connecting);
        Assert.Equal(CloseReason.ConnectTimeout, end.Reason);
        Assert.Contains("over TLS", end.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_peer_that_dies_in_the_middle_is_no_matter_of_certificates(bool resets)
    {
        var connecting = Connect();
        var peer = await _listener.Accept();
        await peer.Read(2);
        if (resets) peer.LingerState = new LingerOption(true, 0);
        peer.Dispose();
        Assert.Equal(CloseReason.HandshakeFailed, (await AssertFails(connecting)).Reason);
    }

    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public async Task A_server_that_wants_a_certificate_of_ours_says_so(SslProtocols protocols)
    {
        var connecting = Connect();
        using (var peer = new TlsPeer(await _listener.Accept()))
            Assert.NotNull(await Record.ExceptionAsync(() => peer.Begin(_ca.Issue(["localhost"]), _ca.CaFile, protocols)));
        var end = await AssertFails(connecting);
        // The platform's server ends a connection without the alert that OpenSSL's sends, for which see the tests against memcached.
        Assert.Contains(end.Reason, new[] { CloseReason.CertificateRejected, CloseReason.HandshakeFailed });
    }

    [Fact]
    public async Task Our_certificate_is_read_anew_at_every_dial()
    {
        var (certificate, key) = _ca.Issue(["client"], -10, -5);
        var tls = new TlsOptions { CaFile = _ca.CaFile, CertificateFile = certificate, KeyFile = key };
        var own = _ca.Issue(["localhost"]);
        var refused = Connect(tls);
        using (var peer = new TlsPeer(await _listener.Accept())) Assert.NotNull(await Record.ExceptionAsync(() => peer.Begin(own, _ca.CaFile)));
        await AssertFails(refused);

        var renewed = _ca.Issue(["client"]);
        File.Copy(renewed.Certificate, certificate, overwrite: true);
        File.Copy(renewed.Key, key, overwrite: true);

        var accepted = Connect(tls);
        using var again = new TlsPeer(await _listener.Accept());
        await again.Begin(own, _ca.CaFile);
        await again.AnswerHandshake();
        (await accepted.Soon()).Close(new ConnectionClosed(CloseReason.Closed, "done"));
    }

    [Fact]
    public async Task A_key_may_stand_in_the_certificates_file()
    {
        var (certificate, key) = _ca.Issue(["client"]);
        await File.AppendAllTextAsync(certificate, "\n" + await File.ReadAllTextAsync(key));
        var connecting = Connect(new TlsOptions { CaFile = _ca.CaFile, CertificateFile = certificate });
        using var peer = new TlsPeer(await _listener.Accept());
        await peer.Begin(_ca.Issue(["localhost"]), _ca.CaFile);
        await peer.AnswerHandshake();
        (await connecting.Soon()).Close(new ConnectionClosed(CloseReason.Closed, "done"));
    }

    [Theory]
    [InlineData("ca", "no such file")]
    [InlineData("ca", "empty")]
    [InlineData("certificate", "no such file")]
    [InlineData("certificate", "no key")]
    [InlineData("key", "no such file")]
    [InlineData("key", "of another certificate")]
    public async Task A_file_that_cannot_be_used_is_named(string which, string how)
    {
        var (certificate, key) = _ca.Issue(["client"]);
        var file = how switch
        {
            "empty" => _ca.File("empty"),
            "no key" => certificate,
            "of another certificate" => _ca.Issue(["another"]).Key,
            _ => _ca.File("nowhere"),
        };
        if (how == "empty") await File.WriteAllTextAsync(file, "");
        var end = await AssertFails(Connect(which switch
        {
            "ca" => new TlsOptions { CaFile = file },
            "certificate" => new TlsOptions { CertificateFile = file },
            _ => new TlsOptions { CertificateFile = certificate, KeyFile = file },
        }));
        Assert.Equal(CloseReason.CertificateRejected, end.Reason);
        Assert.Contains(how == "of another certificate" ? certificate : file, end.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_last_word_is_the_callers_and_its_refusal_is_one()
    {
        var asked = "";
        var connecting = Connect(new TlsOptions
        {
            CaFile = _ca.CaFile,
            Configure = tls =>
            {
                asked = tls.TargetHost;
                tls.RemoteCertificateValidationCallback = (_, _, _, _) => false;
            },
        });
        using var peer = new TlsPeer(await _listener.Accept());
        _ = await Record.ExceptionAsync(() => peer.Begin(_ca.Issue(["localhost"])));
        var end = await AssertFails(connecting);
        Assert.Equal((CloseReason.CertificateRejected, "localhost"), (end.Reason, asked));
        Assert.Contains("refused by ConfigureTls", end.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_unix_socket_has_no_TLS()
    {
        var path = _ca.File("memcached.sock");
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen();
        var end = await AssertFails(PipelinedConnection.ConnectAsync(ServerEndPoint.Unix(path), Options(), _listener.Time));
        Assert.Equal(CloseReason.HandshakeFailed, end.Reason);
    }

    private ConnectionOptions Options(TlsOptions? tls = null) => new() { Tls = tls ?? new TlsOptions { CaFile = _ca.CaFile } };

    private Task<PipelinedConnection> Connect(TlsOptions? tls = null, string host = "localhost") =>
        PipelinedConnection.ConnectAsync(ServerEndPoint.Tcp(host, _listener.EndPoint.Port), Options(tls), _listener.Time);

    private async Task<(PipelinedConnection Connection, TlsPeer Peer)> Connected((string, string) shown, TlsOptions tls, string host)
    {
        var connecting = Connect(tls, host);
        var peer = new TlsPeer(await _listener.Accept());
        await peer.Begin(shown);
        await peer.AnswerHandshake();
        return (await connecting.Soon(), peer);
    }

    private static async Task<ConnectionClosed> AssertFails(Task<PipelinedConnection> connecting) =>
        (await Assert.ThrowsAsync<ConnectException>(() => connecting.Soon())).End;
}
