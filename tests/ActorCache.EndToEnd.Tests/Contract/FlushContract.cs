namespace ActorCache.EndToEnd.Tests.Contract;

/// <summary>A flush reaches every server, and says which it did not reach.</summary>
public abstract class FlushContract(PoolFixture on)
{
    [Fact]
    public async Task A_flush_empties_every_server_that_can_be_told_to()
    {
        await using var pool = await on.AnotherAsync();
        var keys = pool.Servers.SelectMany(server => pool.KeysOf(server, 20)).ToList();
        await pool.Cache.SetManyAsync(keys.Select(key => KeyValuePair.Create(key, key)));
        Assert.All((await pool.Cache.GetManyAsync<string>(keys)).Values, read => Assert.True(read.IsHit));

        var flushed = await pool.Cache.FlushAllAsync();
        Assert.Equal(on.CanFlush, flushed.IsComplete);
        Assert.Equal(pool.Servers.Select(server => server.Address).Order(), flushed.Servers.Keys.Order());
        Assert.All(flushed.Servers.Values, outcome => Assert.Equal(on.CanFlush ? CacheOutcome.Stored : CacheOutcome.NotSupported, outcome));
        Assert.All((await pool.Cache.GetManyAsync<string>(keys)).Values, read => Assert.Equal(on.CanFlush ? CacheOutcome.Miss : CacheOutcome.Hit, read.Outcome));
        Assert.DoesNotContain(pool.Log.Events, happened => happened is ServerEvent.Suspected);
    }

    [Fact]
    public async Task A_flush_names_the_server_it_could_not_reach()
    {
        await using var pool = await on.AnotherAsync();
        var gone = pool.Servers[^1].Address;
        pool.Servers[^1].Kill();
        await pool.Log.Next<ServerEvent.Suspected>(gone);
        var flushed = await pool.Cache.FlushAllAsync();
        Assert.False(flushed.IsComplete);
        Assert.All(flushed.Servers, one => Assert.Equal(one.Key == gone ? CacheOutcome.Unavailable : CacheOutcome.Stored, one.Value));
    }

    [Fact]
    public async Task A_flush_as_the_first_call_of_all_waits_for_the_servers_as_any_call_does()
    {
        await using var cache = await OneCache.StartAsync([on.Pool.Servers[0].Address]);
        var expected = on.CanFlush ? CacheOutcome.Stored : CacheOutcome.NotSupported;
        Assert.Equal(expected, (await cache.Cache.FlushAllAsync()).Servers[on.Pool.Servers[0].Address]);
    }
}

public sealed class FlushOnEmbedded(OnEmbedded on) : FlushContract(on), IClassFixture<OnEmbedded>;

public sealed class FlushOnMemcached(OnMemcached on) : FlushContract(on), IClassFixture<OnMemcached>;

public sealed class FlushOnClassicEmbedded(OnClassicEmbedded on) : FlushContract(on), IClassFixture<OnClassicEmbedded>;

public sealed class FlushOnClassicMemcached(OnClassicMemcached on) : FlushContract(on), IClassFixture<OnClassicMemcached>;

public sealed class FlushOnTwemproxy(OnTwemproxy on) : FlushContract(on), IClassFixture<OnTwemproxy>;
