using System.Net;
using System.Net.NetworkInformation;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ActorCache.EndToEnd.Tests.Failover;
using ActorCache.TestServers;

namespace ActorCache.EndToEnd.Tests.Faults;

/// <summary>Servers that demand SASL (<c>memcached -S</c>): who may come in does, in the binary dialect, and who may not is told why. They die in the middle of it, too.</summary>
public sealed class F32_Sasl : IDisposable
{
    private const string Password = "s3cret-of-Ada";
    private readonly SaslMemcached _server = SaslMemcached.Start("ada", Password);

    public void Dispose() => _server.Dispose();

    [Fact]
    public async Task With_user_and_password_it_serves_every_kind_of_call()
    {
        await using var cache = await OneCache.StartAsync(_server.Address, AsAda);
        Assert.Equal(CacheOutcome.Stored, (await cache.Cache.SetAsync("key", "value", TimeSpan.FromMinutes(1))).Outcome);
        Assert.Equal("value", (await cache.Cache.GetAndTouchAsync<string>("key", TimeSpan.FromMinutes(2))).Value);
        Assert.Equal(5ul, (await cache.Cache.IncrementAsync("counter", initial: 5)).Value);
        var read = await cache.Cache.GetManyAsync<string>(["key", "counter", "nothing"]);
        Assert.Equal(("value", "5", CacheOutcome.Miss), (read["key"].Value, read["counter"].Value, read["nothing"].Outcome));
        Assert.Equal(CacheOutcome.Stored, (await cache.Cache.DeleteAsync("key")).Outcome);
        Assert.True((await cache.Cache.StatsAsync()).IsComplete);
        Assert.True((await cache.Cache.FlushAllAsync()).IsComplete);
        Assert.Equal((Dialect.Binary, false), (cache.Cache.Monitor.Current.Servers[0].Dialect, cache.Log.Events.Any(happened => happened is ServerEvent.Rejected)));
    }

    [Theory]
    [InlineData("ada", "wrong", "refuses the user \"ada\" with this password")]
    [InlineData("eve", Password, "refuses the user \"eve\" with this password")]
    [InlineData(null, null, "set Username and Password")]
    public async Task Without_it_is_out_at_once_and_says_why_and_the_others_serve(string? username, string? password, string cause)
    {
        using var open = MemcachedProcess.Start();
        await using var cache = await OneCache.StartAsync([open.Address, _server.Address], options =>
        {
            options.Dialect = Dialect.Binary;
            if (username is not null && password is not null) (options.Username, options.Password) = (username, password);
        });
        var rejected = await cache.Log.Next<ServerEvent.Rejected>(_server.Address);
        Assert.StartsWith("AuthenticationFailed: ", rejected.Cause, StringComparison.Ordinal);
        Assert.Contains(cause, rejected.Cause, StringComparison.Ordinal);
        Assert.DoesNotContain(cache.Log.Events, happened => happened.ToString().Contains(Password, StringComparison.Ordinal));
        // One that asks nobody serves, name or no name.
        await cache.Log.Until(open.Address, ServerState.Up);
        foreach (var key in cache.KeysOf(_server.Address, 10)) Assert.Equal((CacheOutcome.Stored, open.Address), await StoredAt(cache, key));
    }

    [Fact]
    public async Task A_password_that_is_put_right_on_the_server_lets_it_in_without_anybody_s_help()
    {
        _server.SetPassword("ada", "another");
        await using var cache = await OneCache.StartAsync([_server.Address], AsAda);
        await cache.Log.Next<ServerEvent.Rejected>();
        _server.SetPassword("ada", Password);
        await cache.Log.UntilAllServe();
        Assert.Equal((CacheOutcome.Stored, _server.Address), await StoredAt(cache, "key"));
    }

    [Fact]
    public async Task No_call_fails_when_one_of_two_is_killed_and_restarted()
    {
        using var other = SaslMemcached.Start("ada", Password);
        await using var cache = await OneCache.StartAsync([_server.Address, other.Address], AsAda);
        await cache.Log.UntilAllServe();
        string[] keys = [.. cache.KeysOf(_server.Address, 40), .. cache.KeysOf(other.Address, 40)];
        var load = await Load.StartAsync(cache.Cache, keys, callers: 32);

        _server.Kill();
        await cache.Log.Next<ServerEvent.Ejected>(_server.Address);
        await load.Calls(1000);
        _server.Restart();
        await cache.Log.Next<ServerEvent.Reinstated>(_server.Address);
        await load.Calls(1000);
        (await load.StopAsync()).IsFlawless();
    }

    [Fact]
    public async Task Over_TLS_it_is_the_same()
    {
        var folder = Directory.CreateTempSubdirectory("tls-");
        try
        {
            var (certificate, key) = SelfSigned(folder.FullName);
            using var server = SaslMemcached.Start("ada", Password, "-Z", "-o", $"ssl_chain_cert={certificate},ssl_key={key}");
            await using var cache = await OneCache.StartAsync([server.Address], options =>
            {
                AsAda(options);
                (options.Tls, options.TlsCaFile) = (true, certificate);
            });
            await cache.Log.UntilAllServe();
            Assert.Equal((CacheOutcome.Stored, server.Address), await StoredAt(cache, "key"));
            await using var other = await OneCache.StartAsync([server.Address], options =>
            {
                AsAda(options);
                (options.Tls, options.TlsCaFile, options.Password) = (true, certificate, "wrong");
            });
            Assert.StartsWith("AuthenticationFailed: ", (await other.Log.Next<ServerEvent.Rejected>()).Cause, StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    // It accepts, and hangs before it has said how one may say who is there: then it is killed, with that question in its socket.
    [Fact]
    public async Task One_that_is_killed_in_the_middle_of_it_is_lost_like_any_other_and_comes_back()
    {
        _server.Hang();
        await using var cache = await OneCache.StartAsync([_server.Address], AsAda);
        var call = cache.Cache.SetAsync("key", "value").AsTask(); // waits for the dial
        await Patience.Until(() => ValueTask.FromResult(IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpConnections()),
            all => all.Any(one => one.State == TcpState.Established && _server.Address.EndsWith($":{one.RemoteEndPoint.Port}", StringComparison.Ordinal)));
        _server.Kill();
        var suspected = await cache.Log.Next<ServerEvent.Ejected>(_server.Address);
        Assert.Equal(CacheOutcome.Unavailable, (await call.Patiently()).Outcome);
        Assert.DoesNotContain(Password, suspected.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(cache.Log.Events, happened => happened is ServerEvent.Rejected);

        _server.Restart();
        await cache.Log.UntilAllServe();
        Assert.Equal((CacheOutcome.Stored, _server.Address), await StoredAt(cache, "key"));
    }

    // memcached -S reads 24 bytes before it looks at any of them, and says nothing to a line of text.
    [Theory]
    [InlineData(Dialect.Auto)]
    [InlineData(Dialect.Meta)]
    [InlineData(Dialect.Classic)]
    public async Task Spoken_to_in_text_it_says_nothing(Dialect dialect)
    {
        await using var cache = await OneCache.StartAsync([_server.Address], options =>
        {
            AsAda(options);
            options.Dialect = dialect;
            options.ConnectTimeout = TimeSpan.FromMilliseconds(200);
        });
        var ejected = await cache.Log.Next<ServerEvent.Ejected>();
        Assert.Equal(ServerState.Down, cache.Cache.Monitor.Current.Servers[0].State);
        Assert.Equal(_server.Address, ejected.Server);
    }

    private static void AsAda(ActorCacheOptions options) => (options.Dialect, options.Username, options.Password) = (Dialect.Binary, "ada", Password);

    private static (string Certificate, string Key) SelfSigned(string folder)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddHours(1));
        var (certificateFile, keyFile) = (Path.Combine(folder, "certificate.pem"), Path.Combine(folder, "key.pem"));
        File.WriteAllText(certificateFile, certificate.ExportCertificatePem());
        File.WriteAllText(keyFile, key.ExportPkcs8PrivateKeyPem());
        return (certificateFile, keyFile);
    }

    private static async Task<(CacheOutcome, string?)> StoredAt(OneCache cache, string key)
    {
        var stored = await cache.Cache.SetAsync(key, 1);
        return (stored.Outcome, stored.Server);
    }
}
