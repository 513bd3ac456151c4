using System.Diagnostics;
using ActorCache.TestServers;
using Microsoft.Extensions.Caching.Distributed;

namespace ActorCache.Caching.Tests;

/// <summary>Expirations of a second or two on the servers' own clock, all in one wait.</summary>
public sealed class ExpiryTests
{
    [Fact]
    public async Task Entries_go_when_their_time_is_over_and_one_that_is_read_stays_until_its_absolute_end()
    {
        await using var pool = await Pool.StartAsync(ServerKind.Memcached);
        var cache = new ActorCacheDistributedCache(pool.Cache);
        var second = TimeSpan.FromSeconds(1);
        var since = Stopwatch.StartNew();
        await cache.SetAsync("absolute", [1], new DistributedCacheEntryOptions { AbsoluteExpirationRelativeToNow = second });
        await cache.SetAsync("idle", [1], new DistributedCacheEntryOptions { SlidingExpiration = second });
        await cache.SetAsync("read", [1], new DistributedCacheEntryOptions { SlidingExpiration = second });
        await cache.SetAsync("capped", [1], new DistributedCacheEntryOptions { SlidingExpiration = second, AbsoluteExpirationRelativeToNow = 2 * second });

        await Patience.Until(async () =>
        {
            var before = since.Elapsed;
            var capped = await cache.GetAsync("capped");
            if (capped is null) Assert.InRange(since.Elapsed, 2 * second, TimeSpan.MaxValue);
            else Assert.InRange(before, TimeSpan.Zero, 2 * second + TimeSpan.FromMilliseconds(100));
            Assert.NotNull(await cache.GetAsync("read"));
            return capped;
        }, capped => capped is null && since.Elapsed > 2.2 * second);

        Assert.Null(await cache.GetAsync("absolute"));
        Assert.Null(await cache.GetAsync("idle"));
        Assert.NotNull(await cache.GetAsync("read"));
    }
}
