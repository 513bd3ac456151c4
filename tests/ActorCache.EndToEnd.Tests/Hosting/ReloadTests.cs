using ActorCache.EmbeddedServer;
using Akka.Actor;
using Akka.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ActorCache.EndToEnd.Tests.Hosting;

/// <summary>A configuration that changes while the host runs: servers come and go, and what is wrong changes nothing.</summary>
public class ReloadTests
{
    [Fact]
    public async Task Servers_that_the_configuration_adds_or_removes_join_and_leave()
    {
        await using var one = EmbeddedMemcached.Start();
        await using var two = EmbeddedMemcached.Start();
        var source = new Reloadable { ["ActorCache:Servers"] = one.Address, ["ActorCache:ReadTimeout"] = "5s", ["ActorCache:ConnectTimeout"] = "5s" };
        using var host = Hosts.Build(services => services.AddActorCache(new ConfigurationBuilder().Add(source).Build()));
        await host.StartAsync();
        var cache = host.Services.GetRequiredService<IActorCache>();
        for (var i = 0; i < 100; i++) Assert.Equal(CacheOutcome.Stored, (await cache.SetAsync($"key-{i}", i)).Outcome);

        await Changed(cache, source, $"{one.Address},{two.Address}");
        var moved = Enumerable.Range(0, 100).Where(i => cache.Monitor.Explain($"key-{i}").Owner == two.Address).ToList();
        Assert.InRange(moved.Count, 1, 99);
        for (var i = 0; i < 100; i++)
            Assert.Equal(moved.Contains(i) ? CacheOutcome.Miss : CacheOutcome.Hit, (await cache.GetAsync<int>($"key-{i}")).Outcome);

        await Changed(cache, source, two.Address);
        Assert.Equal(two.Address, Assert.Single(cache.Monitor.Current.Servers).Name);
        Assert.Equal(two.Address, (await cache.SetAsync("key-0", 0)).Server);
        await host.StopAsync();
    }

    [Fact]
    public async Task What_was_written_meanwhile_is_not_taken_back_when_the_servers_are_as_before()
    {
        await using var one = EmbeddedMemcached.Start();
        await using var two = EmbeddedMemcached.Start();
        var source = new Reloadable { ["ActorCache:Servers"] = one.Address, ["ActorCache:ReadTimeout"] = "5s", ["ActorCache:ConnectTimeout"] = "5s" };
        using var host = Hosts.Build(services => services.AddActorCache(new ConfigurationBuilder().Add(source).Build()));
        await host.StartAsync();
        var cache = host.Services.GetRequiredService<IActorCache>();
        for (var i = 0; i < 50; i++) await cache.SetAsync($"key-{i}", "old");
        await Changed(cache, source, $"{one.Address},{two.Address}");
        for (var i = 0; i < 50; i++) await cache.SetAsync($"key-{i}", "new");
        await Changed(cache, source, one.Address);
        for (var i = 0; i < 50; i++) Assert.NotEqual("old", (await cache.GetAsync<string>($"key-{i}")).Value);
        await host.StopAsync();
    }

    [Fact]
    public async Task A_configuration_with_a_fault_leaves_everything_as_it_was()
    {
        await using var one = EmbeddedMemcached.Start();
        var source = new Reloadable { ["ActorCache:Servers"] = one.Address };
        using var host = Hosts.Build(services => services.AddActorCache(new ConfigurationBuilder().Add(source).Build()));
        await host.StartAsync();
        var cache = host.Services.GetRequiredService<IActorCache>();
        await cache.SetAsync("key", 1);
        source["ActorCache:Servers"] = "no:port:at:all";
        Assert.ThrowsAny<Exception>(source.Reload);
        Assert.Equal(one.Address, Assert.Single(cache.Monitor.Current.Servers).Name);
        Assert.True((await cache.GetAsync<int>("key")).IsHit);
        await host.StopAsync();
    }

    [Fact]
    public async Task A_server_that_hangs_is_given_up_after_the_reloaded_read_timeout_even_by_who_waits_already()
    {
        await using var one = EmbeddedMemcached.Start();
        await using var two = EmbeddedMemcached.Start();
        var source = new Reloadable { ["ActorCache:Servers"] = $"{one.Address},{two.Address}", ["ActorCache:ReadTimeout"] = "10m", ["ActorCache:OperationTimeout"] = "20m" };
        using var host = Hosts.Build(configuration => configuration.Add(source), services => services.AddActorCache());
        await host.StartAsync();
        var cache = host.Services.GetRequiredService<IActorCache>();
        var log = new EventLog(cache.Monitor);
        await log.UntilAllServe();
        var key = Enumerable.Range(0, 100).Select(i => $"key-{i}").First(key => cache.Monitor.Explain(key).Owner == one.Address);

        one.Faults.Add(Fault.Stall());
        var waiting = cache.GetAsync<string>(key).AsTask();
        source["ActorCache:ReadTimeout"] = "200ms";
        source.Reload();
        Assert.Equal((CacheOutcome.Miss, two.Address), ((await waiting.Patiently()).Outcome, (await waiting).Server));
        Assert.StartsWith("Stalled", (await log.Next<ServerEvent.Suspected>(one.Address)).Cause, StringComparison.Ordinal);
        await host.StopAsync();
    }

    [Fact]
    public async Task The_next_call_ends_in_the_reloaded_operation_timeout_and_the_next_dial_in_the_reloaded_connect_timeout()
    {
        await using var server = EmbeddedMemcached.Start();
        var source = new Reloadable
        {
            ["ConnectionStrings:orders"] = server.Address + ";retry_delay=20ms;max_retry_delay=20ms", ["ActorCache:ReadTimeout"] = "10m",
            ["ActorCache:OperationTimeout"] = "10m", ["ActorCache:orders:connect_timeout"] = "10m",
        };
        using var host = Hosts.Build(configuration => configuration.Add(source), services => services.AddKeyedActorCache("orders"));
        await host.StartAsync();
        var cache = host.Services.GetRequiredKeyedService<IActorCache>("orders");
        var log = new EventLog(cache.Monitor);
        await log.UntilAllServe();

        server.Faults.Add(Fault.Stall());
        source["ActorCache:OperationTimeout"] = "100ms";
        source["ActorCache:orders:connect_timeout"] = "150ms";
        source.Reload();
        Assert.Equal(CacheOutcome.TimedOut, (await cache.GetAsync<string>("key").Patiently()).Outcome);

        server.DropConnections();
        Assert.Contains("within 150 ms", (await log.Next<ServerEvent.Ejected>(server.Address)).Cause, StringComparison.Ordinal);
        await host.StopAsync();
    }

    [Fact]
    public async Task What_is_wrong_in_a_reloaded_configuration_is_one_line_of_the_log_and_what_waits_for_the_next_start_another()
    {
        await using var server = EmbeddedMemcached.Start();
        var source = new Reloadable { ["ActorCache:Servers"] = server.Address, ["ActorCache:ReadTimeout"] = "5s" };
        var lines = new LogLines();
        using var host = Hosts.Build(configuration => configuration.Add(source), services => services
            .AddLogging(logging => logging.AddProvider(lines)).AddActorCache().AddKeyedActorCache("orders"));
        await host.StartAsync();

        // The host's own monitor of options throws at whoever reloads; ours does not.
        source["ActorCache:orders:ReadTimeout"] = "soon";
        Assert.ThrowsAny<Exception>(source.Reload);
        Assert.Equal("orders: the reloaded configuration is not taken over, everything stays as it was. "
            + "ActorCache \"orders\": ActorCache:orders:ReadTimeout: \"soon\" is not a duration; write 500ms, 2s, 1m or 00:00:02.", Assert.Single(lines.Of(LogLevel.Error)));

        source["ActorCache:orders:ReadTimeout"] = "4s";
        source["ActorCache:HashTags"] = "true";
        source.Reload();
        Assert.Equal(["default: HashTags", "orders: HashTags"], lines.Of(LogLevel.Warning).Select(line => line[..line.IndexOf(" changed in the configuration; before", StringComparison.Ordinal)]).Order(StringComparer.Ordinal));
        Assert.Equal("orders: the configuration was reloaded: ReadTimeout 00:00:04.", Assert.Single(lines.Of(LogLevel.Information), line => line.Contains("reloaded", StringComparison.Ordinal)));
        Assert.Single(lines.Of(LogLevel.Error));
        await host.StopAsync();
    }

    [Fact]
    public async Task A_cache_that_only_the_actor_system_knows_follows_the_hosts_configuration_too()
    {
        await using var one = EmbeddedMemcached.Start();
        await using var two = EmbeddedMemcached.Start();
        var source = new Reloadable { ["ActorCache:Servers"] = one.Address };
        using var host = Hosts.Build(configuration => configuration.Add(source), services => services.AddAkka("app", akka => akka.WithActorCache()));
        await host.StartAsync();
        var cache = ActorCacheExtension.For(host.Services.GetRequiredService<ActorSystem>()).Get();
        await Changed(cache, source, two.Address);
        Assert.Equal(two.Address, Assert.Single(cache.Monitor.Current.Servers).Name);

        source["ActorCache:Servers"] = "no:port:at:all";
        source.Reload();
        Assert.Equal(two.Address, Assert.Single(cache.Monitor.Current.Servers).Name);
        await host.StopAsync();
    }

    private static async Task Changed(IActorCache cache, Reloadable source, string servers)
    {
        using var patience = new CancellationTokenSource(Patience.Limit);
        var seen = cache.Monitor.WatchAsync(patience.Token).GetAsyncEnumerator(patience.Token);
        var next = seen.MoveNextAsync();
        source["ActorCache:Servers"] = servers;
        source.Reload();
        while (await next && seen.Current is not ServerEvent.TopologyChanged) next = seen.MoveNextAsync();
        Assert.IsType<ServerEvent.TopologyChanged>(seen.Current);
        await seen.DisposeAsync();
    }
}
