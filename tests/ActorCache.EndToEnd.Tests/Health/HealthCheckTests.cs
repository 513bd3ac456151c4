using ActorCache.EmbeddedServer;
using ActorCache.TestServers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace ActorCache.EndToEnd.Tests.Health;

/// <summary>The health check of a host whose servers die, hang and come back.</summary>
public sealed class HealthCheckTests
{
    [Theory]
    [InlineData(ServerKind.Embedded)]
    [InlineData(ServerKind.Memcached)]
    public async Task It_follows_the_servers_down_and_up_again(ServerKind kind)
    {
        await using var pool = await Pool.StartAsync(kind);
        Assert.Equal(HealthStatus.Healthy, (await Check(pool.Services)).Status);

        pool.Servers[0].Kill();
        await pool.Log.Until(pool.Servers[0].Address, ServerState.Down);
        var degraded = await Check(pool.Services);
        Assert.Equal(HealthStatus.Degraded, degraded.Status);
        var lost = (Dictionary<string, object?>)degraded.Data[pool.Servers[0].Address];
        Assert.Equal("Down", lost["state"]);
        Assert.NotNull(lost["cause"]);

        foreach (var server in pool.Servers) server.Kill();
        await pool.Log.Until(now => now.Servers.All(server => server.State is not ServerState.Up));
        Assert.Equal(HealthStatus.Unhealthy, (await Check(pool.Services)).Status);

        foreach (var server in pool.Servers) server.Restart();
        await pool.Log.UntilAllServe();
        Assert.Equal(HealthStatus.Healthy, (await Check(pool.Services)).Status);
    }

    [Fact]
    public async Task A_server_that_hangs_does_not_hold_it_up()
    {
        await using var pool = await Pool.StartAsync(ServerKind.Embedded);
        pool.Servers[0].Hang();
        var call = pool.Cache.GetAsync<string>(pool.KeysOf(pool.Servers[0], 1)[0]).AsTask();
        var entry = await Check(pool.Services);
        Assert.False(call.IsCompleted);
        Assert.Equal(1, ((Dictionary<string, object?>)entry.Data[pool.Servers[0].Address])["in_flight"]);
        pool.Servers[0].Resume();
        await call.Patiently();
    }

    [Fact]
    public async Task It_has_the_name_the_tags_and_the_failure_it_was_given_and_says_nothing_worse_after_shutdown()
    {
        await using var server = EmbeddedMemcached.Start();
        using var host = Hosts.Build(services =>
        {
            services.AddActorCache(server.Address + Hosts.Patient);
            services.AddHealthChecks().AddActorCache(name: "sessions", failureStatus: HealthStatus.Degraded, tags: ["ready"]);
        });
        await host.StartAsync();
        await new EventLog(host.Services.GetRequiredService<IActorCacheMonitor>()).UntilAllServe();
        var (name, entry) = Assert.Single((await host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync()).Entries);
        Assert.Equal(("sessions", HealthStatus.Healthy), (name, entry.Status));
        Assert.Equal(["ready"], entry.Tags);
        await host.StopAsync();
        entry = await Check(host.Services);
        Assert.Equal((HealthStatus.Unhealthy, "The cache has been shut down.", null), (entry.Status, entry.Description, entry.Exception));
    }

    [Fact]
    public async Task A_keyed_cache_has_a_check_of_its_own()
    {
        await using var pool = await Pool.StartAsync(ServerKind.Embedded);
        using var host = Hosts.Build(services =>
        {
            services.AddKeyedSingleton("orders", pool.Cache);
            services.AddHealthChecks().AddActorCache("orders");
        });
        var (name, entry) = Assert.Single((await host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync()).Entries);
        Assert.Equal(("actorcache-orders", HealthStatus.Healthy), (name, entry.Status));
    }

    [Fact]
    public async Task A_cache_that_was_never_added_is_the_checks_failure_and_not_the_hosts()
    {
        using var host = Hosts.Build(services => services.AddHealthChecks().AddActorCache());
        var entry = await Check(host.Services);
        Assert.Equal(HealthStatus.Unhealthy, entry.Status);
        Assert.NotNull(entry.Exception);
    }

    private static async Task<HealthReportEntry> Check(IServiceProvider services) =>
        (await services.GetRequiredService<HealthCheckService>().CheckHealthAsync()).Entries.Values.Single();
}
