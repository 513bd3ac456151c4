using ActorCache.TestServers;

namespace ActorCache.EndToEnd.Tests.Faults;

/// <summary>F27: a server that is well and has no room for another item (<c>-M</c>).</summary>
public sealed class F27_OutOfMemory
{
    [Theory]
    [InlineData(Dialect.Auto)]
    [InlineData(Dialect.Binary)]
    public async Task A_real_server_without_memory_says_ServerError_and_goes_on_serving(Dialect dialect)
    {
        using var server = MemcachedProcess.Start("-m", "2", "-M");
        await using var cache = await OneCache.StartAsync(server.Address, options => options.Dialect = dialect);
        var value = new byte[500_000];
        var stored = 0;
        while ((await cache.Cache.SetAsync($"key:{stored}", value)).Outcome == CacheOutcome.Stored) Assert.InRange(++stored, 1, 100);

        Assert.Equal(new StoreResult(CacheOutcome.ServerError, server.Address, MayHaveBeenApplied: false), await cache.Cache.SetAsync("one-more", value));
        Assert.Equal(value, (await cache.Cache.GetAsync<byte[]>("key:0")).Value);
        Assert.True((await cache.Cache.DeleteAsync("key:0")).IsStored);
        Assert.DoesNotContain(cache.Log.Events, happened => happened is ServerEvent.Suspected);
    }
}
