using ActorCache.EmbeddedServer;
using ActorCache.EndToEnd.Tests.Failover;
using ActorCache.EndToEnd.Tests.Faults;
using ActorCache.TestServers;

namespace ActorCache.EndToEnd.Tests.Hosting;

/// <summary>Servers that are found: by a cluster's configuration endpoint that changes its mind, lies and dies, and by a name.</summary>
public sealed class DiscoveryTests
{
    [Theory]
    [InlineData(ServerKind.Embedded)]
    [InlineData(ServerKind.Memcached)]
    public async Task Servers_that_a_cluster_adds_and_removes_join_and_leave_and_no_call_fails(ServerKind kind)
    {
        await using var endPoint = EmbeddedMemcached.Start();
        using var one = CacheServer.Start(kind);
        using var two = CacheServer.Start(kind);
        using var three = CacheServer.Start(kind);
        endPoint.AnnounceCluster(1, [one.Address, two.Address]);
        await using var cache = await StartAsync(endPoint.Address);
        await cache.Log.Until(now => Names(now).SequenceEqual([one.Address, two.Address]));
        var load = await Load.StartAsync(cache.Cache, [.. Enumerable.Range(0, 100).Select(n => $"key:{n}")], callers: 16);

        endPoint.AnnounceCluster(2, [one.Address, two.Address, three.Address]);
        await cache.Log.Until(now => Names(now).SequenceEqual([one.Address, two.Address, three.Address]));
        await load.Calls(200);
        endPoint.AnnounceCluster(3, [three.Address, two.Address]);
        await cache.Log.Until(now => Names(now).SequenceEqual([three.Address, two.Address]));
        await load.Calls(200);
        (await load.StopAsync()).IsFlawless();
    }

    [Fact]
    public async Task What_a_cluster_says_under_an_older_version_or_the_same_one_is_not_followed()
    {
        await using var endPoint = EmbeddedMemcached.Start();
        await using var one = EmbeddedMemcached.Start();
        await using var two = EmbeddedMemcached.Start();
        endPoint.AnnounceCluster(7, [one.Address]);
        await using var cache = await StartAsync(endPoint.Address);
        await cache.Log.Until(now => Names(now).SequenceEqual([one.Address]) && now.Servers[0].State == ServerState.Up);
        foreach (var version in new[] { 7, 6 })
        {
            endPoint.AnnounceCluster(version, [two.Address]);
            await AskedTwice(endPoint);
            Assert.Equal([one.Address], Names(cache.Cache.Monitor.Current));
        }
        endPoint.AnnounceCluster(8, [two.Address]);
        await cache.Log.Until(now => Names(now).SequenceEqual([two.Address]));
    }

    [Theory]
    [InlineData("CONFIG cluster 0 99999999\r\n")]
    [InlineData("CONFIG cluster 0 13\r\n9\na|1.2.3.4|0\n\r\nEND\r\n")]
    [InlineData("CONFIG cluster 0 12\r\n9\na||1 a||1\n\r\nEND\r\n")]
    [InlineData("CONFIG cluster 0 3\r\n9\n\n\r\nEND\r\n")]
    [InlineData("\0garbage\r\n")]
    [InlineData("ERROR\r\n")]
    public async Task An_endpoint_that_lies_changes_nothing_and_is_believed_when_it_does_not(string lie)
    {
        await using var one = EmbeddedMemcached.Start();
        await using var two = EmbeddedMemcached.Start();
        using var endPoint = ScriptedServer.StartStranger(_ => Said(1, one.Address));
        await using var cache = await StartAsync(endPoint.Address);
        await cache.Log.Until(now => Names(now).SequenceEqual([one.Address]) && now.Servers[0].State == ServerState.Up);

        endPoint.Play(_ => new Said(lie, Afterwards.Closed));
        var connects = endPoint.Connects;
        await Patience.Until(() => ValueTask.FromResult(endPoint.Connects), now => now > connects + 2);
        Assert.Equal([one.Address], Names(cache.Cache.Monitor.Current));
        Assert.True((await cache.Cache.SetAsync("key", 1)).IsStored);

        endPoint.Play(_ => Said(2, two.Address));
        await cache.Log.Until(now => Names(now).SequenceEqual([two.Address]));
    }

    [Fact]
    public async Task An_endpoint_that_is_gone_is_none_of_the_servers_and_they_are_asked_in_its_place()
    {
        await using var endPoint = EmbeddedMemcached.Start();
        await using var one = EmbeddedMemcached.Start();
        await using var two = EmbeddedMemcached.Start();
        endPoint.AnnounceCluster(1, [one.Address]);
        await using var cache = await StartAsync(endPoint.Address);
        await cache.Log.Until(now => Names(now).SequenceEqual([one.Address]) && now.Servers[0].State == ServerState.Up);
        endPoint.Kill();
        Assert.True((await cache.Cache.SetAsync("key", 1)).IsStored);
        one.AnnounceCluster(2, [one.Address, two.Address]);
        await cache.Log.Until(now => Names(now).SequenceEqual([one.Address, two.Address]));
    }

    [Fact]
    public async Task A_host_whose_endpoint_is_not_there_yet_starts_and_serves_as_soon_as_it_is()
    {
        await using var endPoint = EmbeddedMemcached.Start();
        await using var one = EmbeddedMemcached.Start();
        endPoint.AnnounceCluster(1, [one.Address]);
        endPoint.Kill();
        await using var cache = await StartAsync(endPoint.Address);
        Assert.Equal(CacheOutcome.Unavailable, (await cache.Cache.GetAsync<int>("key")).Outcome);
        endPoint.Restart();
        await cache.Log.Until(now => Names(now).SequenceEqual([one.Address]) && now.Servers[0].State == ServerState.Up);
        Assert.True((await cache.Cache.SetAsync("key", 1)).IsStored);
    }

    [Fact]
    public async Task A_thousand_servers_are_found()
    {
        await using var endPoint = EmbeddedMemcached.Start();
        await using var one = EmbeddedMemcached.Start();
        // All but one refuse: their ports are reserved ones of the machine's.
        string[] servers = [one.Address, .. Enumerable.Range(1, 999).Select(n => $"127.1.{n / 250}.{n % 250 + 1}:1")];
        endPoint.AnnounceCluster(1, servers);
        await using var cache = await StartAsync(endPoint.Address, options => options.MaxRetryDelay = TimeSpan.FromSeconds(30));
        await cache.Log.Until(now => now.Servers.Count == 1000 && now.Servers[0].State == ServerState.Up);
        Assert.Equal(servers, Names(cache.Cache.Monitor.Current));
    }

    [Fact]
    public async Task A_name_is_expanded_to_its_addresses()
    {
        using var server = CacheServer.Start(ServerKind.Memcached);
        var port = server.Address.Split(':')[1];
        await using var cache = await OneCache.StartAsync([$"localhost:{port}*2"], options => options.Discovery = Discovery.Dns);
        await cache.Log.Until(now => Names(now).SequenceEqual([$"127.0.0.1:{port}"]) && now.Servers[0].State == ServerState.Up);
        Assert.Equal(2, cache.Cache.Monitor.Current.Servers[0].Weight);
        Assert.Equal($"127.0.0.1:{port}", (await cache.Cache.SetAsync("key", 1)).Server);
    }

    private static Task<OneCache> StartAsync(string endPoint, Action<ActorCacheOptions>? configure = null) => OneCache.StartAsync([endPoint], options =>
    {
        options.Discovery = Discovery.ElastiCache;
        options.DiscoveryInterval = TimeSpan.FromMilliseconds(100);
        configure?.Invoke(options);
    });

    private static string[] Names(CacheSnapshot now) => [.. now.Servers.Select(server => server.Name)];

    private static async Task AskedTwice(EmbeddedMemcached endPoint)
    {
        var commands = endPoint.CommandCount;
        await Patience.Until(() => ValueTask.FromResult(endPoint.CommandCount), now => now > commands + 1);
    }

    private static Said Said(int version, string address)
    {
        var list = $"{version}\n{address.Replace(':', '|').Insert(address.IndexOf(':', StringComparison.Ordinal), "|")}\n";
        return $"CONFIG cluster 0 {list.Length}\r\n{list}\r\nEND\r\n";
    }
}
