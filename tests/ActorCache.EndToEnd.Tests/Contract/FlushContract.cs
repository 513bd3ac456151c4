using ActorCache.TestServers;

namespace ActorCache.EndToEnd.Tests.Contract;

/// <summary>A flush reaches every server, and says which it did not reach.</summary>
public abstract class FlushContract(ServerKind kind)
{
    [Fact]
    public async Task A_flush_empties_every_server()
    {
        await using var pool = await Pool.StartAsync(kind);
        var keys = pool.Servers.SelectMany(server => pool.KeysOf(server, 20)).ToList();
        await pool.Cache.SetManyAsync(keys.Select(key => KeyValuePair.Create(key, key)));
        Assert.All((await pool.Cache.GetManyAsync<string>(keys)).Values, read => Assert.True(read.IsHit));

        var flushed = await pool.Cache.FlushAllAsync();
        Assert.True(flushed.IsComplete);
        Assert.Equal(pool.Servers.Select(server => server.Address).Order(), flushed.Servers.Keys.Order());
        Assert.All((await pool.Cache.GetManyAsync<string>(keys)).Values, read => Assert.Equal(CacheOutcome.Miss, read.Outcome));
    }

    [Fact]
    public async Task A_flush_names_the_server_it_could_not_reach()
    {
        await using var pool = await Pool.StartAsync(kind);
        pool.Servers[1].Kill();
        await pool.Log.Next<ServerEvent.Suspected>(pool.Servers[1].Address);
        var flushed = await pool.Cache.FlushAllAsync();
        Assert.False(flushed.IsComplete);
        Assert.Equal(CacheOutcome.Stored, flushed.Servers[pool.Servers[0].Address]);
        Assert.Equal(CacheOutcome.Unavailable, flushed.Servers[pool.Servers[1].Address]);
        Assert.Equal(CacheOutcome.Stored, flushed.Servers[pool.Servers[2].Address]);
    }

    [Fact]
    public async Task A_flush_of_one_server_leaves_the_others()
    {
        await using var pool = await Pool.StartAsync(kind);
        var keys = pool.Servers.Select(server => pool.KeysOf(server, 20)).ToList();
        foreach (var key in keys.SelectMany(own => own)) await pool.Cache.SetAsync(key, key);
        var flushed = await pool.Cache.FlushAllAsync(TimeSpan.Zero, pool.Servers[1].Address);
        Assert.Equal(KeyValuePair.Create(pool.Servers[1].Address, CacheOutcome.Stored), Assert.Single(flushed.Servers));
        foreach (var key in keys[1]) Assert.Equal(CacheOutcome.Miss, (await pool.Cache.GetAsync<string>(key)).Outcome);
        foreach (var key in keys[0].Concat(keys[2])) Assert.Equal(key, (await pool.Cache.GetAsync<string>(key)).Value);
    }

    [Fact]
    public async Task A_flush_with_a_delay_comes_when_it_is_over_and_a_later_one_takes_its_place()
    {
        await using var pool = await Pool.StartAsync(kind);
        var keys = pool.Servers.SelectMany(server => pool.KeysOf(server, 5)).ToList();
        foreach (var key in keys) await pool.Cache.SetAsync(key, key);
        foreach (var late in new[] { TimeSpan.FromSeconds(1000), TimeSpan.FromDays(100) })
        {
            Assert.True((await pool.Cache.FlushAllAsync(late)).IsComplete);
            foreach (var key in keys) Assert.Equal(key, (await pool.Cache.GetAsync<string>(key)).Value);
        }
        Assert.True((await pool.Cache.FlushAllAsync(TimeSpan.FromSeconds(2))).IsComplete);
        foreach (var key in keys) await Patience.Until(() => pool.Cache.GetAsync<string>(key), read => read.Outcome == CacheOutcome.Miss);
        // What is stored in the second in which it falls is gone too: memcached counts whole ones. Then all is well.
        await Patience.Until(
            async () => (await pool.Cache.SetAsync(keys[0], "after")).IsStored ? await pool.Cache.GetAsync<string>(keys[0]) : default,
            read => read.Value == "after");
    }

    [Fact]
    public async Task A_server_that_is_none_is_named_with_those_there_are_and_nothing_is_flushed()
    {
        await using var pool = await Pool.StartAsync(kind);
        await pool.Cache.SetAsync("key", "value");
        var refused = Assert.Throws<ArgumentException>("server", () => { _ = pool.Cache.FlushAllAsync(TimeSpan.Zero, "nobody:1").AsTask(); });
        Assert.All(pool.Servers, server => Assert.Contains(server.Address, refused.Message, StringComparison.Ordinal));
        Assert.Throws<ArgumentOutOfRangeException>("delay", () => { _ = pool.Cache.FlushAllAsync(TimeSpan.FromSeconds(-1)).AsTask(); });
        Assert.Equal("value", (await pool.Cache.GetAsync<string>("key")).Value);
    }

    [Fact]
    public async Task A_flush_as_the_first_call_of_all_waits_for_the_servers_as_any_call_does()
    {
        using var server = CacheServer.Start(kind);
        await using var cache = await OneCache.StartAsync([server.Address]);
        Assert.Equal(CacheOutcome.Stored, (await cache.Cache.FlushAllAsync()).Servers[server.Address]);
    }
}

public sealed class FlushOnEmbedded() : FlushContract(ServerKind.Embedded);

public sealed class FlushOnMemcached() : FlushContract(ServerKind.Memcached);
