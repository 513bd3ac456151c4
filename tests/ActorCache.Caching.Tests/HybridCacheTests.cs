using System.Collections.Concurrent;
using ActorCache.TestServers;
using Microsoft.Extensions.Caching.Hybrid;
using Microsoft.Extensions.DependencyInjection;

namespace ActorCache.Caching.Tests;

/// <summary>HybridCache over a pool of real servers, its own memory switched off so that the servers are really asked.</summary>
public sealed class HybridCacheTests
{
    private static readonly HybridCacheEntryOptions OnlyServers = new() { Flags = HybridCacheEntryFlags.DisableLocalCache, Expiration = TimeSpan.FromMinutes(10) };

    [Fact]
    public async Task What_one_host_creates_another_reads_whatever_the_key_and_the_size()
    {
        await using var pool = await Pool.StartAsync(ServerKind.Memcached);
        await using var first = Host(pool.Cache);
        await using var second = Host(pool.Cache);
        foreach (var key in new[] { "key", "a key with spaces", "schlüssel 鍵", new string('k', 300), new string('é', 200), "~tag" })
        {
            foreach (var length in new[] { 1, 5_000, 300_000 })
            {
                var value = new string('v', length);
                Assert.Equal(value, await Cache(first).GetOrCreateAsync($"{key}{length}", _ => ValueTask.FromResult(value), OnlyServers));
                await Stored(pool, $"{key}{length}");
                Assert.Equal(value, await Cache(second).GetOrCreateAsync($"{key}{length}", _ => ValueTask.FromResult("created again"), OnlyServers));
            }
        }
    }

    [Theory]
    [InlineData("tag")]
    [InlineData("a tag with spaces")]
    [InlineData("*")]
    public async Task An_invalidated_tag_is_seen_by_a_host_that_comes_later(string tag)
    {
        await using var pool = await Pool.StartAsync(ServerKind.Memcached);
        await using var first = Host(pool.Cache);
        Assert.Equal("old", await Cache(first).GetOrCreateAsync("key", _ => ValueTask.FromResult("old"), OnlyServers, ["tag", "a tag with spaces"]));
        await Stored(pool, "key");
        Assert.Equal("old", await Cache(first).GetOrCreateAsync("key", _ => ValueTask.FromResult("new"), OnlyServers, ["tag", "a tag with spaces"]));
        await Cache(first).RemoveByTagAsync(tag);

        await using var second = Host(pool.Cache);
        ValueTask<string> Read() => Cache(second).GetOrCreateAsync("key", _ => ValueTask.FromResult("new"), OnlyServers, ["tag", "a tag with spaces"]);
        // For the mark of all tags HybridCache asks when it is made, and does not wait.
        if (tag == "*") await Patience.Until(Read, read => read == "new");
        Assert.Equal("new", await Read());
        if (tag == "tag") Assert.InRange((await TextConnection.SecondsLeftAsync(pool.Cache.Monitor.Explain("__MSFT_HCT__tag").Server!, "__MSFT_HCT__tag"))!.Value, 86_000_000, 86_400_010);
    }

    [Fact]
    public async Task Servers_are_killed_and_hung_and_no_call_fails_and_nothing_invalidated_is_served()
    {
        await using var pool = await Pool.StartAsync(ServerKind.Memcached, options => (options.ReadTimeout, options.OperationTimeout) = (TimeSpan.FromMilliseconds(250), TimeSpan.FromSeconds(2)));
        await using var host = Host(pool.Cache);
        var cache = Cache(host);
        var database = new ConcurrentDictionary<string, int>();
        var told = new ConcurrentDictionary<string, int>(); // the least that a call that begins now may answer
        string[] keys = [.. pool.Servers.SelectMany(server => pool.KeysOf(server, 4))];
        foreach (var key in keys) database[key] = told[key] = 0;

        async Task Read(string key)
        {
            var least = told[key];
            var read = await cache.GetOrCreateAsync(key, _ => ValueTask.FromResult(database[key]), OnlyServers, [$"of {key}"]).Patiently();
            Assert.True(read >= least, $"{key}: {read} after {least} was told");
        }

        async Task Change(string key)
        {
            var version = database.AddOrUpdate(key, 1, static (_, version) => version + 1);
            try
            {
                await cache.RemoveByTagAsync($"of {key}");
            }
            catch (CacheUnavailableException)
            {
                return; // and its caller knows
            }
            told[key] = version;
        }

        async Task Rounds()
        {
            for (var round = 0; round < 3; round++)
            {
                await Task.WhenAll(keys.Select(Read).Concat(keys.Select(Read)));
                await Task.WhenAll(keys.Where((_, n) => n % 2 == round % 2).Select(Change).Concat(keys.Select(Read)));
                await Task.WhenAll(keys.Select(Read));
            }
        }

        await Rounds();
        pool.Servers[0].Kill();
        await Rounds();
        pool.Servers[1].Hang();
        await Rounds();
        pool.Servers[1].Resume();
        pool.Servers[0].Restart();
        await Rounds();
        await pool.Log.UntilAllServe();
        await Rounds();
        foreach (var server in pool.Servers) server.Kill();
        await Rounds();
        foreach (var server in pool.Servers) server.Restart();
        await pool.Log.UntilAllServe();
        await Rounds();
        Assert.Contains(told.Values, version => version > 0);
    }

    // HybridCache answers first and stores afterwards.
    private static Task<byte[]?> Stored(Pool pool, string key) =>
        Patience.Until(async () => await new ActorCacheDistributedCache(pool.Cache).GetAsync(key), value => value is not null);

    private static HybridCache Cache(ServiceProvider host) => host.GetRequiredService<HybridCache>();

    private static ServiceProvider Host(IActorCache cache)
    {
        var services = new ServiceCollection().AddLogging().AddSingleton(cache).AddActorCacheDistributedCache();
        services.AddHybridCache();
        return services.BuildServiceProvider();
    }
}
