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
    public async Task A_flush_of_one_server_leaves_the_others()
    {
        await using var pool = await on.AnotherAsync();
        var keys = pool.Servers.Select(server => pool.KeysOf(server, 20)).ToList();
        foreach (var key in keys.SelectMany(own => own)) await pool.Cache.SetAsync(key, key);
        var flushed = await pool.Cache.FlushAllAsync(TimeSpan.Zero, pool.Servers[^1].Address);
        Assert.Equal(KeyValuePair.Create(pool.Servers[^1].Address, on.CanFlush ? CacheOutcome.Stored : CacheOutcome.NotSupported), Assert.Single(flushed.Servers));
        foreach (var key in keys[^1]) Assert.Equal(on.CanFlush ? CacheOutcome.Miss : CacheOutcome.Hit, (await pool.Cache.GetAsync<string>(key)).Outcome);
        foreach (var key in keys.SkipLast(1).SelectMany(own => own)) Assert.Equal(key, (await pool.Cache.GetAsync<string>(key)).Value);
    }

    [Fact]
    public async Task A_flush_with_a_delay_comes_when_it_is_over_and_a_later_one_takes_its_place()
    {
        await using var pool = await on.AnotherAsync();
        var keys = pool.Servers.SelectMany(server => pool.KeysOf(server, 5)).ToList();
        foreach (var key in keys) await pool.Cache.SetAsync(key, key);
        if (!on.CanFlush)
        {
            Assert.All((await pool.Cache.FlushAllAsync(TimeSpan.FromSeconds(1000))).Servers.Values, outcome => Assert.Equal(CacheOutcome.NotSupported, outcome));
            return;
        }
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
        await using var pool = await on.AnotherAsync();
        await pool.Cache.SetAsync("key", "value");
        var refused = Assert.Throws<ArgumentException>("server", () => { _ = pool.Cache.FlushAllAsync(TimeSpan.Zero, "nobody:1").AsTask(); });
        Assert.All(pool.Servers, server => Assert.Contains(server.Address, refused.Message, StringComparison.Ordinal));
        Assert.Throws<ArgumentOutOfRangeException>("delay", () => { _ = pool.Cache.FlushAllAsync(TimeSpan.FromSeconds(-1)).AsTask(); });
        Assert.Equal("value", (await pool.Cache.GetAsync<string>("key")).Value);
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

public sealed class FlushOnBinaryMemcached(OnBinaryMemcached on) : FlushContract(on), IClassFixture<OnBinaryMemcached>;

public sealed class FlushOnTwemproxy(OnTwemproxy on) : FlushContract(on), IClassFixture<OnTwemproxy>;
