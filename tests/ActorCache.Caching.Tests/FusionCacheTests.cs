using System.Collections.Concurrent;
using System.Text.Json;
using ActorCache.TestServers;
using ZiggyCreatures.Caching.Fusion;
using ZiggyCreatures.Caching.Fusion.Serialization;

namespace ActorCache.Caching.Tests;

/// <summary>FusionCache over a pool of real servers that are killed and hung: it hears of an outage, and copes.</summary>
public sealed class FusionCacheTests
{
    [Fact]
    public async Task Servers_are_killed_and_hung_and_no_call_fails_and_nothing_invalidated_is_served()
    {
        await using var pool = await Pool.StartAsync(ServerKind.Memcached, options => (options.ReadTimeout, options.OperationTimeout) = (TimeSpan.FromMilliseconds(250), TimeSpan.FromSeconds(2)));
        using var cache = Cache(pool.Cache);
        using var second = Cache(pool.Cache);
        string[] keys = [.. pool.Servers.SelectMany(server => pool.KeysOf(server, 4)), "a key with spaces", new string('é', 200)];
        var database = new ConcurrentDictionary<string, int>(keys.Select(key => KeyValuePair.Create(key, 0)));

        foreach (var key in keys) Assert.Equal(0, await cache.GetOrSetAsync<int>(key, _ => Task.FromResult(database[key]), tags: [$"of {key}"]));
        foreach (var key in keys) Assert.Equal(0, await second.GetOrSetAsync<int>(key, _ => Task.FromResult(-1), tags: [$"of {key}"])); // which has not seen them: the servers have them

        async Task Rounds()
        {
            for (var round = 0; round < 3; round++)
            {
                foreach (var key in keys)
                {
                    await cache.GetOrSetAsync<int>(key, _ => Task.FromResult(database[key]), tags: [$"of {key}"]).Patiently();
                    var version = database.AddOrUpdate(key, 1, static (_, version) => version + 1);
                    if (round % 2 == 0) await cache.RemoveByTagAsync($"of {key}").AsTask().Patiently();
                    else await cache.RemoveAsync(key).AsTask().Patiently();
                    Assert.Equal(version, await cache.GetOrSetAsync<int>(key, _ => Task.FromResult(database[key]), tags: [$"of {key}"]).Patiently());
                }
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
    }

    private static FusionCache Cache(IActorCache cache)
    {
        var fusion = new FusionCache(new FusionCacheOptions { DefaultEntryOptions = new FusionCacheEntryOptions(TimeSpan.FromMinutes(1)) { SkipMemoryCacheRead = true, SkipMemoryCacheWrite = true } });
        fusion.SetupDistributedCache(new ActorCacheDistributedCache(cache), new Json());
        return fusion;
    }

    private sealed class Json : IFusionCacheSerializer
    {
        public byte[] Serialize<T>(T? obj) => JsonSerializer.SerializeToUtf8Bytes(obj);

        public T? Deserialize<T>(byte[] data) => JsonSerializer.Deserialize<T>(data);

        public ValueTask<byte[]> SerializeAsync<T>(T? obj, CancellationToken token = default) => ValueTask.FromResult(Serialize(obj));

        public ValueTask<T?> DeserializeAsync<T>(byte[] data, CancellationToken token = default) => ValueTask.FromResult(Deserialize<T>(data));
    }
}
