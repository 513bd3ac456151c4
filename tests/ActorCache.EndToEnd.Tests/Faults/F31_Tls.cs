using ActorCache.TestServers;

namespace ActorCache.EndToEnd.Tests.Faults;

/// <summary>
/// TLS with real memcached (<c>-Z</c>): whoever is not to be trusted is ejected at once, with the reason, and nobody else is. What a dial comes to is
/// tested in <c>ActorCache.Transport.Tests</c>; failover over TLS, in <c>Failover/</c>.
/// </summary>
public sealed class F31_Tls
{
    private static readonly CertificateAuthority Authority = TlsMemcached.Authority;

    [Theory]
    [InlineData("another host", "its certificate is for cache-9, not for \"127.0.0.1\"")]
    [InlineData("expired", "has expired")]
    [InlineData("not yet valid", "is not yet valid")]
    [InlineData("self-signed", "belongs into TlsCaFile")]
    public async Task A_server_whose_certificate_is_not_to_be_trusted_is_out_and_the_others_serve(string fault, string cause)
    {
        using var good = TlsMemcached.Start();
        using var bad = TlsMemcached.Start(fault switch
        {
            "another host" => Authority.Issue(["cache-9"]),
            "expired" => Authority.Issue(["127.0.0.1"], -10, -5),
            "not yet valid" => Authority.Issue(["127.0.0.1"], 5, 10),
            _ => Authority.Issue(["127.0.0.1"], selfSigned: true),
        });
        await using var cache = await OneCache.StartAsync([good.Address, bad.Address], Tls);

        var rejected = await cache.Log.Next<ServerEvent.Rejected>(bad.Address);
        Assert.StartsWith("CertificateRejected: ", rejected.Cause, StringComparison.Ordinal);
        Assert.Contains(cause, rejected.Cause, StringComparison.Ordinal);
        await cache.Log.Until(good.Address, ServerState.Up);
        foreach (var key in cache.KeysOf(bad.Address, 10)) Assert.Equal((CacheOutcome.Stored, good.Address), Of(await cache.Cache.SetAsync(key, 1)));
        Assert.DoesNotContain(cache.Log.Events, happened => happened is ServerEvent.Suspected or ServerEvent.Ejected);
    }

    [Fact]
    public async Task A_name_that_all_servers_share_is_enough()
    {
        using var server = TlsMemcached.Start(Authority.Issue(["cache.example.org"]));
        await using var cache = await OneCache.StartAsync(server.Address, options =>
        {
            Tls(options);
            options.TlsServerName = "cache.example.org";
        });
        Assert.Equal(CacheOutcome.Stored, (await cache.Cache.SetAsync("key", 1)).Outcome);
    }

    // With TLS 1.3 the server's no comes after the handshake is over for us.
    [Theory]
    [InlineData(System.Security.Authentication.SslProtocols.Tls12)]
    [InlineData(System.Security.Authentication.SslProtocols.Tls13)]
    public async Task A_server_that_wants_our_certificate_is_out_until_its_file_is_there(System.Security.Authentication.SslProtocols protocols)
    {
        using var clients = new CertificateAuthority("Clients");
        using var server = TlsMemcached.Start(null, "-o", $"ssl_ca_cert={clients.CaFile},ssl_verify_mode=2");
        var (certificate, key) = (clients.File("own.pem"), clients.File("own.key"));
        using var strangers = new CertificateAuthority("Strangers");
        Renew(strangers.Issue(["client"]));
        await using var cache = await OneCache.StartAsync([server.Address], options =>
        {
            Tls(options);
            (options.TlsCertificateFile, options.TlsKeyFile) = (certificate, key);
            options.ConfigureTls = tls => tls.EnabledSslProtocols = protocols;
        });
        var rejected = await cache.Log.Next<ServerEvent.Rejected>(server.Address);
        Assert.Contains("TlsCertificateFile", rejected.Cause, StringComparison.Ordinal);

        Renew(clients.Issue(["client"]));
        await cache.Log.Until(server.Address, ServerState.Up);
        Assert.Equal(CacheOutcome.Stored, (await cache.Cache.SetAsync("key", 1)).Outcome);

        void Renew((string Certificate, string Key) files)
        {
            File.Copy(files.Certificate, certificate, overwrite: true);
            File.Copy(files.Key, key, overwrite: true);
        }
    }

    [Theory]
    [InlineData(Dialect.Auto, "if it speaks TLS, set Tls")]
    [InlineData(Dialect.Classic, "if it speaks TLS, set Tls")]
    [InlineData(Dialect.Meta, "gave no sign of health within 300 ms")] // "mn" is shorter than the head of a TLS record: memcached waits for the rest.
    public async Task Plaintext_to_a_server_that_speaks_TLS_is_told_so(Dialect dialect, string cause)
    {
        using var server = TlsMemcached.Start();
        await using var cache = await OneCache.StartAsync([server.Address], options =>
        {
            options.Dialect = dialect;
            options.ConnectTimeout = TimeSpan.FromMilliseconds(300);
        });
        Assert.Contains(cause, (await cache.Log.Next<ServerEvent.Suspected>()).Cause, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TLS_to_a_server_that_speaks_plaintext_ends_within_the_connect_timeout()
    {
        using var server = MemcachedProcess.Start();
        await using var cache = await OneCache.StartAsync([server.Address], options =>
        {
            Tls(options);
            options.ConnectTimeout = TimeSpan.FromMilliseconds(300);
        });
        // memcached answers a line: whether there is a line's end in the greeting is chance.
        var cause = (await cache.Log.Next<ServerEvent.Suspected>()).Cause;
        Assert.True(cause.Contains("is it spoken to in plaintext?", StringComparison.Ordinal) || cause.Contains("over TLS within 300 ms", StringComparison.Ordinal), cause);
    }

    [Fact]
    public async Task A_server_that_hangs_in_the_middle_of_TLS_is_ejected_within_its_attempts_and_comes_back()
    {
        using var good = TlsMemcached.Start();
        using var hung = TlsMemcached.Start();
        hung.Stop();
        await using var cache = await OneCache.StartAsync([good.Address, hung.Address], options =>
        {
            Tls(options);
            options.ConnectTimeout = TimeSpan.FromMilliseconds(200);
        });
        Assert.Contains("ConnectTimeout", (await cache.Log.Next<ServerEvent.Ejected>(hung.Address)).Cause, StringComparison.Ordinal);
        hung.Continue();
        await cache.Log.Until(hung.Address, ServerState.Up);
    }

    // What stands in a TLS record behind a request that began in an earlier one, memcached forgets until more comes: the pool would stall.
    [Fact]
    public async Task Tls_PipelinedSets_96e05b75()
    {
        using var server = TlsMemcached.Start();
        await using var cache = await OneCache.StartAsync(server.Address, options =>
        {
            Tls(options);
            options.ReadTimeout = TimeSpan.FromSeconds(30);
        });
        var random = new Random(96);
        var values = Enumerable.Range(0, 400).ToDictionary(n => $"key:{n}", _ => new byte[random.Next(4) == 0 ? random.Next(60_000) : random.Next(3_000)]);
        foreach (var value in values.Values) random.NextBytes(value);

        var stored = await cache.Cache.SetManyAsync(values).Patiently();
        Assert.All(stored, one => Assert.Equal(CacheOutcome.Stored, one.Value.Outcome));
        var read = await cache.Cache.GetManyAsync<byte[]>(values.Keys).Patiently();
        Assert.All(values, one => Assert.Equal(one.Value, read[one.Key].Value));
        Assert.DoesNotContain(cache.Log.Events, happened => happened is ServerEvent.Suspected);
    }

    private static void Tls(ActorCacheOptions options) => (options.Tls, options.TlsCaFile) = (true, Authority.CaFile);

    private static (CacheOutcome, string?) Of(StoreResult result) => (result.Outcome, result.Server);
}
