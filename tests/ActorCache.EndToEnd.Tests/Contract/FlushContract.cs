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
    public async Task A_flush_as_the_first_call_of_all_waits_for_the_servers_as_any_call_does()
    {
        using var server = CacheServer.Start(kind);
        await using var cache = await OneCache.StartAsync([server.Address]);
        Assert.Equal(CacheOutcome.Stored, (await cache.Cache.FlushAllAsync()).Servers[server.Address]);
    }
}

public sealed class FlushOnEmbedded() : FlushContract(ServerKind.Embedded);

public sealed class FlushOnMemcached() : FlushContract(ServerKind.Memcached);
