using ActorCache.EmbeddedServer;
using ActorCache.TestServers;
using Akka.Actor;
using Akka.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace ActorCache.EndToEnd.Tests.Faults;

/// <summary>Servers that ask who is there (<c>-Y authfile</c>): who may come in does, in every dialect, and who may not is told so once, and not dialled on and on.</summary>
public sealed class F32_Authentication : IDisposable
{
    private readonly string _authFile = Path.GetTempFileName();
    private readonly MemcachedProcess _server;

    public F32_Authentication()
    {
        File.WriteAllText(_authFile, "app:s3cret\n");
        _server = MemcachedProcess.Start("-Y", _authFile);
    }

    public void Dispose()
    {
        _server.Dispose();
        File.Delete(_authFile);
    }

    [Theory]
    [InlineData(Dialect.Auto)]
    [InlineData(Dialect.Meta)]
    [InlineData(Dialect.Classic)]
    public async Task With_user_and_password_it_serves(Dialect dialect)
    {
        await using var cache = await OneCache.StartAsync(_server.Address, options =>
        {
            AsApp(options);
            options.Dialect = dialect;
        });
        Assert.Equal(CacheOutcome.Stored, (await cache.Cache.SetAsync("key", "value")).Outcome);
        Assert.Equal("value", (await cache.Cache.GetAsync<string>("key")).Value);
    }

    [Theory]
    [InlineData("wrong", "refuses the user \"app\" with this password")]
    [InlineData(null, "set Username and Password")]
    public async Task Without_it_is_out_at_once_says_why_once_and_the_others_serve(string? password, string cause)
    {
        using var open = MemcachedProcess.Start();
        await using var cache = await OneCache.StartAsync([open.Address, _server.Address], options =>
        {
            if (password is not null) (options.Username, options.Password) = ("app", password);
        });
        var rejected = await cache.Log.Next<ServerEvent.Rejected>(_server.Address);
        Assert.StartsWith("AuthenticationFailed: ", rejected.Cause, StringComparison.Ordinal);
        Assert.Contains(cause, rejected.Cause, StringComparison.Ordinal);
        await cache.Log.Until(open.Address, ServerState.Up);
        foreach (var key in cache.KeysOf(_server.Address, 10))
        {
            var stored = await cache.Cache.SetAsync(key, 1);
            Assert.Equal((CacheOutcome.Stored, open.Address), (stored.Outcome, stored.Server));
        }
        await Patience.Until(() => ValueTask.FromResult(cache.Cache.Monitor.Current),
            now => now.Servers.Single(server => server.Name == _server.Address).FailedAttempts > 3); // Dialled again, and not announced again.
        Assert.Single(cache.Log.Events, happened => happened.Server == _server.Address);
    }

    [Fact]
    public async Task A_password_that_is_put_right_in_its_file_is_used_at_the_next_dial()
    {
        var file = Path.GetTempFileName();
        await using var cache = await OneCache.StartAsync([_server.Address], options => (options.Username, options.PasswordFile) = ("app", file));
        Assert.Contains($"PasswordFile \"{file}\" cannot be used", (await cache.Log.Next<ServerEvent.Rejected>()).Cause, StringComparison.Ordinal);
        await File.WriteAllTextAsync(file, "s3cret\n");
        await cache.Log.UntilAllServe();
        File.Delete(file);
    }

    [Fact]
    public async Task A_password_that_is_put_right_in_the_configuration_is_used_at_once()
    {
        var configuration = new ConfigurationManager
        {
            ["ActorCache:Servers"] = _server.Address, ["ActorCache:Username"] = "app", ["ActorCache:Password"] = "wrong",
            ["ActorCache:RetryDelay"] = "10ms", ["ActorCache:MaxRetryDelay"] = "1h", ["ActorCache:HoldDown"] = "0", ["ActorCache:RampUp"] = "0",
        };
        using var host = Hosts.Build(services => services.AddActorCache(configuration));
        await host.StartAsync();
        var log = new EventLog(host.Services.GetRequiredService<IActorCacheMonitor>());
        await log.Until(now => now.Servers[0].Cause?.StartsWith("AuthenticationFailed", StringComparison.Ordinal) == true);

        configuration["ActorCache:Password"] = "s3cret";
        ((IConfigurationRoot)configuration).Reload();
        await log.UntilAllServe();
        await host.StopAsync();
    }

    [Fact]
    public async Task An_operator_who_has_put_things_right_need_not_wait()
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, "wrong");
        using var host = Hosts.Build(services => services.AddAkka("app", akka => akka.WithActorCache(
            $"{_server.Address}{Hosts.Patient};username=app;password_file={file};max_retry_delay=1h;hold_down=0")));
        await host.StartAsync();
        var log = new EventLog(ActorCacheExtension.For(host.Services.GetRequiredService<ActorSystem>()).Get().Monitor);
        await log.Until(now => now.Servers[0].Cause?.StartsWith("AuthenticationFailed", StringComparison.Ordinal) == true);

        await File.WriteAllTextAsync(file, "s3cret");
        await host.Services.GetRequiredService<IRequiredActor<ActorCacheGateway>>().ActorRef
            .Ask<ControlReply.Done>(new ControlProtocol.Reinstate(_server.Address), Patience.Limit);
        await log.UntilAllServe();
        await host.StopAsync();
        File.Delete(file);
    }

    [Fact]
    public async Task A_server_that_does_not_ask_is_told_nothing_and_serves()
    {
        using var open = MemcachedProcess.Start();
        await using var cache = await OneCache.StartAsync(open.Address, AsApp);
        Assert.Equal("0", (await cache.Cache.StatsAsync()).Servers.Single().Value.Values["cmd_set"]);
        Assert.Equal(CacheOutcome.Stored, (await cache.Cache.SetAsync("key", 1)).Outcome);
    }

    [Fact]
    public async Task It_is_asked_again_after_every_loss()
    {
        await using var cache = await OneCache.StartAsync(_server.Address, AsApp);
        _server.Restart();
        await cache.Log.Next<ServerEvent.Suspected>();
        await cache.Log.UntilAllServe();
    }

    [Fact]
    public async Task Over_TLS_the_password_may_go_anywhere()
    {
        using var server = TlsMemcached.Start(null, "-Y", _authFile);
        await using var cache = await OneCache.StartAsync(server.Address, options =>
        {
            AsApp(options);
            (options.Tls, options.TlsCaFile) = (true, TlsMemcached.Authority.CaFile);
        });
        Assert.Equal(CacheOutcome.Stored, (await cache.Cache.SetAsync("key", 1)).Outcome);
    }

    [Fact]
    public async Task An_embedded_server_can_ask_too()
    {
        await using var server = EmbeddedMemcached.Start(new EmbeddedMemcachedOptions { Users = new Dictionary<string, string> { ["app"] = "s3cret" } });
        await using var cache = await OneCache.StartAsync(server.Address, AsApp);
        Assert.Equal(CacheOutcome.Stored, (await cache.Cache.SetAsync("key", 1)).Outcome);
    }

    private static void AsApp(ActorCacheOptions options) => (options.Username, options.Password) = ("app", "s3cret");
}
