using ActorCache.TestServers;

namespace ActorCache.EndToEnd.Tests.Failover;

/// <summary>
/// All is flushed while one server is away. What it still holds was to be invalid, so it is flushed before it serves again; unless a
/// server that returns is to be admitted as it is.
/// </summary>
public sealed class MissedFlushTests
{
    [Theory]
    [InlineData(ServerKind.Embedded)]
    [InlineData(ServerKind.Memcached)]
    public async Task A_server_that_was_away_hands_out_nothing_it_held_before(ServerKind kind)
    {
        await using var pool = await Pool.StartAsync(kind, Brisk);
        var (victim, keys) = await FlushedWhileAwayAsync(pool, ServerState.Down);

        victim.Resume();
        foreach (var key in keys)
        {
            await Patience.Until(() => pool.Cache.GetAsync<string>(key), read =>
            {
                Assert.Equal(CacheOutcome.Miss, read.Outcome);
                return read.Server == victim.Address;
            });
        }
        // Nor does it have them any more for whoever else asks it.
        foreach (var key in keys) Assert.Null(await TextConnection.SecondsLeftAsync(victim.Address, key));
        Assert.All(pool.Cache.Monitor.Current.Servers, server => Assert.False(server.AwaitsFlush));
    }

    [Theory]
    [InlineData(ServerKind.Embedded)]
    [InlineData(ServerKind.Memcached)]
    public async Task One_that_is_back_before_it_was_ejected_does_not_either(ServerKind kind)
    {
        await using var pool = await Pool.StartAsync(kind, options =>
        {
            Brisk(options);
            options.ServerMaxRetry = 1_000_000;
        });
        var (victim, keys) = await FlushedWhileAwayAsync(pool, ServerState.Suspect);

        victim.Resume();
        foreach (var key in keys)
        {
            await Patience.Until(() => pool.Cache.GetAsync<string>(key), read =>
            {
                Assert.Equal(CacheOutcome.Miss, read.Outcome);
                return read.Server == victim.Address;
            });
        }
    }

    [Theory]
    [InlineData(ServerKind.Embedded)]
    [InlineData(ServerKind.Memcached)]
    public async Task With_Admit_it_hands_out_what_it_holds(ServerKind kind)
    {
        await using var pool = await Pool.StartAsync(kind, options =>
        {
            Brisk(options);
            options.OnRejoin = OnRejoin.Admit;
        });
        var (victim, keys) = await FlushedWhileAwayAsync(pool, ServerState.Down);
        victim.Resume();
        foreach (var key in keys) await Patience.Until(() => pool.Cache.GetAsync<string>(key), read => read.Server == victim.Address && read.Value == "old");
    }

    [Theory]
    [InlineData(ServerKind.Embedded)]
    [InlineData(ServerKind.Memcached)]
    public async Task One_that_comes_back_empty_need_not_be_flushed(ServerKind kind)
    {
        await using var pool = await Pool.StartAsync(kind, Brisk);
        var victim = pool.Servers[0];
        var key = pool.KeysOf(victim, 1)[0];
        victim.Kill();
        await pool.Log.Next<ServerEvent.Ejected>(victim.Address);
        Assert.Equal(CacheOutcome.Unavailable, (await pool.Cache.FlushAllAsync()).Servers[victim.Address]);
        Assert.True(pool.Cache.Monitor.Current.Servers[0].AwaitsFlush);

        victim.Restart();
        await Patience.Until(() => pool.Cache.SetAsync(key, "new"), stored => stored.IsStored && stored.Server == victim.Address);
        Assert.False(pool.Cache.Monitor.Current.Servers[0].AwaitsFlush);
        Assert.Equal("new", (await pool.Cache.GetAsync<string>(key)).Value);
    }

    [Theory]
    [InlineData(ServerKind.Embedded)]
    [InlineData(ServerKind.Memcached)]
    public async Task One_that_was_too_slow_to_say_so_is_flushed_once_more_before_it_is_trusted(ServerKind kind)
    {
        await using var pool = await Pool.StartAsync(kind, options =>
        {
            options.ReadTimeout = TimeSpan.FromSeconds(20); // It stays connected.
            options.OperationTimeout = TimeSpan.FromMilliseconds(500);
        });
        var victim = pool.Servers[2];
        var keys = pool.KeysOf(victim, 20);
        foreach (var key in keys) Assert.True((await pool.Cache.SetAsync(key, "old")).IsStored);

        victim.Hang();
        Assert.Equal(CacheOutcome.TimedOut, (await pool.Cache.FlushAllAsync().AsTask().Patiently()).Servers[victim.Address]);
        foreach (var key in keys) Assert.NotEqual(victim.Address, (await pool.Cache.GetAsync<string>(key)).Server);
        victim.Resume();
        foreach (var key in keys)
        {
            await Patience.Until(() => pool.Cache.GetAsync<string>(key), read =>
            {
                Assert.Equal(CacheOutcome.Miss, read.Outcome);
                return read.Server == victim.Address;
            });
        }
        Assert.DoesNotContain(pool.Log.Events, happened => happened is ServerEvent.Suspected);
    }

    [Fact]
    public async Task A_server_that_does_not_allow_it_says_so_and_goes_on_serving()
    {
        using var server = MemcachedProcess.Start("-F");
        await using var cache = await OneCache.StartAsync(server.Address);
        await cache.Cache.SetAsync("key", "value");
        Assert.Equal(CacheOutcome.ServerError, (await cache.Cache.FlushAllAsync()).Servers[server.Address]);
        Assert.Equal("value", (await cache.Cache.GetAsync<string>("key")).Value);
    }

    [Fact]
    public async Task One_that_does_not_allow_it_and_was_away_comes_back_as_it_would_have_been()
    {
        using var server = MemcachedProcess.Start("-F");
        await using var cache = await OneCache.StartAsync(server.Address, Brisk);
        await cache.Cache.SetAsync("key", "value");
        server.Stop();
        await cache.Cache.GetAsync<string>("key");
        await cache.Log.Until(server.Address, ServerState.Down);
        Assert.Equal(CacheOutcome.Unavailable, (await cache.Cache.FlushAllAsync()).Servers[server.Address]);
        Assert.True(cache.Cache.Monitor.Current.Servers[0].AwaitsFlush);

        server.Continue();
        Assert.Equal("value", (await Patience.Until(() => cache.Cache.GetAsync<string>("key"), read => read.IsHit)).Value);
        Assert.DoesNotContain(cache.Log.Events, happened => happened is ServerEvent.KeptOut);
    }

    // Nothing of the flush has been written to it: it has no connection any more.
    private static async Task<(ICacheServer Victim, IReadOnlyList<string> Keys)> FlushedWhileAwayAsync(Pool pool, ServerState state)
    {
        var victim = pool.Servers[1];
        var keys = pool.KeysOf(victim, 20);
        foreach (var key in keys) Assert.Equal(new StoreResult(CacheOutcome.Stored, victim.Address, false), await pool.Cache.SetAsync(key, "old"));
        victim.Hang();
        await pool.Cache.GetAsync<string>(keys[0]);
        await pool.Log.Until(victim.Address, state);
        var flushed = await pool.Cache.FlushAllAsync();
        Assert.All(pool.Servers, server => Assert.Equal(server == victim ? CacheOutcome.Unavailable : CacheOutcome.Stored, flushed.Servers[server.Address]));
        return (victim, keys);
    }

    // Short, and still long enough that a healthy server on an overloaded machine is not taken for a hung one.
    private static void Brisk(ActorCacheOptions options)
    {
        options.ReadTimeout = TimeSpan.FromMilliseconds(750);
        options.ConnectTimeout = TimeSpan.FromMilliseconds(500);
        options.OperationTimeout = TimeSpan.FromSeconds(10);
    }
}
