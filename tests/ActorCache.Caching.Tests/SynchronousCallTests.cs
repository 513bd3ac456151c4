using ActorCache.TestServers;
using Microsoft.Extensions.Caching.Distributed;

namespace ActorCache.Caching.Tests;

/// <summary>The members that block wait for nothing that the blocked thread would have to do.</summary>
[Collection(nameof(Alone))]
public sealed class SynchronousCallTests
{
    [Fact]
    public async Task They_return_under_a_synchronization_context_that_runs_nothing_while_its_thread_is_blocked()
    {
        await using var pool = await Pool.StartAsync(ServerKind.Memcached);
        var cache = new ActorCacheDistributedCache(pool.Cache);
        var posted = 0;
        var ended = new TaskCompletionSource();
        var thread = new Thread(() =>
        {
            SynchronizationContext.SetSynchronizationContext(new Deaf(() => posted++));
            try
            {
                CallAll(cache, "key");
                ended.SetResult();
            }
            catch (Exception e)
            {
                ended.SetException(e);
            }
        }) { IsBackground = true };
        thread.Start();
        await ended.Task.Patiently();
        Assert.Equal(0, posted);
    }

    [Fact]
    public async Task They_return_on_a_scheduler_with_one_thread()
    {
        await using var pool = await Pool.StartAsync(ServerKind.Memcached);
        var cache = new ActorCacheDistributedCache(pool.Cache);
        var alone = new TaskFactory(new ConcurrentExclusiveSchedulerPair(TaskScheduler.Default, maxConcurrencyLevel: 1).ExclusiveScheduler);
        await Task.WhenAll(Enumerable.Range(0, 20).Select(n => alone.StartNew(() => CallAll(cache, $"key:{n}")))).Patiently();
    }

    [Fact]
    public async Task They_return_when_they_block_every_thread_of_the_pool()
    {
        using var server = CacheServer.Start(ServerKind.Memcached);
        await using var one = await OneCache.StartAsync(server.Address);
        var cache = new ActorCacheDistributedCache(one.Cache);
        ThreadPool.GetMinThreads(out var threads, out _);
        await Task.WhenAll(Enumerable.Range(0, 3 * threads).Select(n => Task.Run(() => CallAll(cache, $"key:{n}")))).Patiently();
    }

    [Fact]
    public async Task They_return_before_the_host_has_started()
    {
        using var server = CacheServer.Start(ServerKind.Memcached);
        using var host = Hosts.Build(services => services.AddActorCache(server.Address + Hosts.Patient).AddActorCacheDistributedCache());
        var cache = (IDistributedCache)host.Services.GetService(typeof(IDistributedCache))!;
        await Task.Run(() => CallAll((ActorCacheDistributedCache)cache, "key")).Patiently();
    }

    private static void CallAll(ActorCacheDistributedCache cache, string key)
    {
        cache.Set(key, [1, 2, 3], new DistributedCacheEntryOptions { SlidingExpiration = TimeSpan.FromMinutes(1) });
        Assert.Equal([1, 2, 3], cache.Get(key)!);
        cache.Refresh(key);
        Assert.True(cache.TryGet(key, new System.Buffers.ArrayBufferWriter<byte>()));
        cache.Remove(key);
        Assert.Null(cache.Get(key));
    }

    private sealed class Deaf(Action onPost) : SynchronizationContext
    {
        public override void Post(SendOrPostCallback d, object? state) => onPost();

        public override void Send(SendOrPostCallback d, object? state) => onPost();
    }
}
