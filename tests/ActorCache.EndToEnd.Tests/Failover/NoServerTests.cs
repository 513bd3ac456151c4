using ActorCache.TestServers;

namespace ActorCache.EndToEnd.Tests.Failover;

/// <summary>No server is there: calls say so at once, and the first server that appears serves.</summary>
public sealed class NoServerTests
{
    [Theory]
    [InlineData(ServerKind.Embedded)]
    [InlineData(ServerKind.Memcached)]
    public async Task With_all_servers_dead_calls_are_Unavailable_at_once_and_the_first_one_back_serves(ServerKind kind)
    {
        await using var pool = await Pool.StartAsync(kind, options => options.OperationTimeout = TimeSpan.FromMinutes(10));
        foreach (var server in pool.Servers) server.Kill();
        await pool.Log.Next<ServerEvent.NoServerAlive>();

        // Each would wait ten minutes if it waited for anything.
        for (var n = 0; n < 1000; n++) Assert.Equal(CacheOutcome.Unavailable, (await pool.Cache.GetAsync<string>($"key:{n}").Patiently()).Outcome);
        Assert.Equal(new StoreResult(CacheOutcome.Unavailable, null, MayHaveBeenApplied: false), await pool.Cache.SetAsync("key", "value"));
        Assert.Equal(new CounterResult(CacheOutcome.Unavailable, 0, null, MayHaveBeenApplied: false), await pool.Cache.IncrementAsync("key"));
        Assert.All((await pool.Cache.GetManyAsync<string>(["a", "b", "c"])).Values, read => Assert.Equal(CacheOutcome.Unavailable, read.Outcome));
        Assert.All((await pool.Cache.FlushAllAsync()).Servers.Values, flushed => Assert.Equal(CacheOutcome.Unavailable, flushed));
        Assert.Null(pool.Cache.Monitor.Explain("key").Server);
        foreach (var server in pool.Servers) await pool.Log.Next<ServerEvent.Ejected>(server.Address);

        var first = pool.Servers[2];
        first.Restart();
        await pool.Log.Next<ServerEvent.Reinstated>(first.Address);
        for (var n = 0; n < 50; n++)
        {
            Assert.Equal(new StoreResult(CacheOutcome.Stored, first.Address, MayHaveBeenApplied: false), await pool.Cache.SetAsync($"key:{n}", n));
            Assert.Equal(n, (await pool.Cache.GetAsync<int>($"key:{n}")).Value);
        }

        foreach (var server in pool.Servers.Take(2)) server.Restart();
        await pool.Log.UntilAllServe();
        for (var n = 0; n < 50; n++) Assert.Equal(pool.Cache.Monitor.Explain($"key:{n}").Owner, (await pool.Cache.GetAsync<int>($"key:{n}")).Server);
    }

    [Theory]
    [InlineData(ServerKind.Embedded)]
    [InlineData(ServerKind.Memcached)]
    public async Task A_host_starts_without_any_server_and_its_cache_serves_as_soon_as_one_appears(ServerKind kind)
    {
        ICacheServer[] servers = [CacheServer.Start(kind), CacheServer.Start(kind)];
        foreach (var server in servers) server.Kill();

        await using var cache = await OneCache.StartAsync([.. servers.Select(server => server.Address)]);
        // The very first calls wait for the first dial, and for nothing else.
        var calls = Enumerable.Range(0, 20).Select(n => cache.Cache.GetAsync<string>($"key:{n}").AsTask()).ToList();
        foreach (var read in await Task.WhenAll(calls).Patiently()) Assert.Equal(CacheOutcome.Unavailable, read.Outcome);
        var stored = await cache.Cache.SetAsync("key", "value");
        Assert.Equal((CacheOutcome.Unavailable, false), (stored.Outcome, stored.MayHaveBeenApplied));

        servers[1].Restart();
        await cache.Log.Until(servers[1].Address, ServerState.Up);
        Assert.True((await cache.Cache.SetAsync("key", "value")).IsStored);
        Assert.Equal("value", (await cache.Cache.GetAsync<string>("key")).Value);

        servers[0].Restart();
        await cache.Log.UntilAllServe();
        foreach (var server in servers) server.Dispose();
    }

    [Theory]
    [InlineData(ServerKind.Embedded)]
    [InlineData(ServerKind.Memcached)]
    public async Task With_one_server_alone_its_death_is_answered_Unavailable_and_its_return_with_hits(ServerKind kind)
    {
        using var server = CacheServer.Start(kind);
        await using var cache = await OneCache.StartAsync(server.Address);
        for (var life = 0; life < 3; life++)
        {
            Assert.True((await cache.Cache.SetAsync("key", life)).IsStored);
            server.Kill();
            await cache.Log.Next<ServerEvent.NoServerAlive>();
            Assert.Equal(CacheOutcome.Unavailable, (await cache.Cache.GetAsync<int>("key")).Outcome);
            server.Restart();
            await cache.Log.UntilAllServe();
            Assert.Equal(CacheOutcome.Miss, (await cache.Cache.GetAsync<int>("key")).Outcome);
        }
    }

    [Theory]
    [InlineData(ServerKind.Embedded)]
    [InlineData(ServerKind.Memcached)]
    public async Task With_all_servers_hung_calls_end_after_the_read_timeouts_and_are_Unavailable(ServerKind kind)
    {
        await using var pool = await Pool.StartAsync(kind, options =>
        {
            options.ReadTimeout = TimeSpan.FromMilliseconds(150);
            options.ConnectTimeout = TimeSpan.FromMilliseconds(250);
            options.OperationTimeout = TimeSpan.FromMinutes(10);
        });
        foreach (var server in pool.Servers) server.Hang();
        var calls = Enumerable.Range(0, 50).Select(n => pool.Cache.SetAsync($"key:{n}", "value").AsTask()).ToList();
        foreach (var stored in await Task.WhenAll(calls).Patiently()) Assert.Equal(CacheOutcome.Unavailable, stored.Outcome);
        await pool.Log.Next<ServerEvent.NoServerAlive>();

        foreach (var server in pool.Servers) server.Resume();
        await pool.Log.UntilAllServe();
        Assert.True((await pool.Cache.SetAsync("key", "value")).IsStored);
    }

    [Fact]
    public async Task The_budget_ends_a_call_that_all_servers_keep_waiting()
    {
        await using var pool = await Pool.StartAsync(ServerKind.Memcached, options =>
        {
            options.ReadTimeout = TimeSpan.FromSeconds(30);
            options.OperationTimeout = TimeSpan.FromMilliseconds(200);
        });
        foreach (var server in pool.Servers) server.Hang();
        var read = await pool.Cache.GetAsync<string>("key").Patiently();
        Assert.Equal(CacheOutcome.TimedOut, read.Outcome);
        var count = await pool.Cache.IncrementAsync("key").Patiently();
        Assert.Equal((CacheOutcome.TimedOut, true), (count.Outcome, count.MayHaveBeenApplied));
    }
}
