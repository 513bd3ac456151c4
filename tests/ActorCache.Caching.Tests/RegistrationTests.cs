using ActorCache.TestServers;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.DependencyInjection;

namespace ActorCache.Caching.Tests;

/// <summary>What <c>AddActorCacheDistributedCache</c> and <c>AddActorCacheOutputCache</c> put into a host.</summary>
public sealed class RegistrationTests
{
    [Fact]
    public async Task Each_distributed_cache_stands_on_the_cache_it_names()
    {
        using var one = CacheServer.Start(ServerKind.Embedded);
        using var two = CacheServer.Start(ServerKind.Embedded);
        await using var unnamed = await OneCache.StartAsync(one.Address);
        await using var orders = await OneCache.StartAsync(two.Address);
        await using var services = new ServiceCollection()
            .AddDistributedMemoryCache()
            .AddSingleton(unnamed.Cache).AddKeyedSingleton("orders", orders.Cache)
            .AddActorCacheDistributedCache(options => options.KeyPrefix = "dc:")
            .AddKeyedActorCacheDistributedCache("orders")
            .AddKeyedActorCacheDistributedCache("other", options => (options.CacheName, options.KeyPrefix) = ("orders", "other:"))
            .BuildServiceProvider();

        services.GetRequiredService<IDistributedCache>().SetString("key", "unnamed");
        services.GetRequiredKeyedService<IDistributedCache>("orders").SetString("key", "orders");
        services.GetRequiredKeyedService<IDistributedCache>("other").SetString("key", "other");
        Assert.IsType<IBufferDistributedCache>(services.GetRequiredService<IDistributedCache>(), exactMatch: false);
        Assert.True((await unnamed.Cache.GetAsync<byte[]>("dc:key")).IsHit);
        Assert.True((await orders.Cache.GetAsync<byte[]>("key")).IsHit);
        Assert.True((await orders.Cache.GetAsync<byte[]>("other:key")).IsHit);
        Assert.Equal("orders", services.GetRequiredKeyedService<IDistributedCache>("orders").GetString("key"));
    }

    [Fact]
    public void A_cache_that_is_missing_is_named_with_what_adds_it()
    {
        using var services = new ServiceCollection().AddActorCacheDistributedCache().AddKeyedActorCacheDistributedCache("orders").BuildServiceProvider();
        Assert.Contains("AddActorCache(", Assert.Throws<InvalidOperationException>(() => services.GetRequiredService<IDistributedCache>()).Message, StringComparison.Ordinal);
        Assert.Contains("AddKeyedActorCache(\"orders\"", Assert.Throws<InvalidOperationException>(() => services.GetRequiredKeyedService<IDistributedCache>("orders")).Message, StringComparison.Ordinal);
    }
}
