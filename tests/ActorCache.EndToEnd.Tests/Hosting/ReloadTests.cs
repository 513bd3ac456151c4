using ActorCache.EmbeddedServer;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace ActorCache.EndToEnd.Tests;

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

    private sealed class Reloadable : ConfigurationProvider, IConfigurationSource
    {
        public string this[string key]
        {
            set => Set(key, value);
        }

        public IConfigurationProvider Build(IConfigurationBuilder builder) => this;

        public void Reload() => OnReload();
    }
}
