using System.Buffers;
using ActorCache.OutputCaching;
using ActorCache.TestServers;
using Microsoft.Extensions.Caching.Distributed;

namespace ActorCache.Caching.Tests;

/// <summary>What callers are told when servers do not answer: never that there is nothing, and never less than is known.</summary>
public sealed class OutageTests
{
    private static readonly DistributedCacheEntryOptions Sliding = new() { SlidingExpiration = TimeSpan.FromMinutes(1) };

    [Theory]
    [InlineData(Dialect.Meta)]
    [InlineData(Dialect.Classic)]
    public async Task When_no_server_is_left_every_call_throws_and_so_does_an_eviction(Dialect dialect)
    {
        await using var pool = await Pool.StartAsync(ServerKind.Memcached, dialect);
        var cache = new ActorCacheDistributedCache(pool.Cache);
        var pages = new ActorCacheOutputCacheStore(pool.Cache);
        await cache.SetAsync("key", [1], Sliding);
        await pages.SetAsync("page", [1], ["tag"], TimeSpan.FromMinutes(1), default);
        foreach (var server in pool.Servers) server.Kill();
        await pool.Log.Next<ServerEvent.NoServerAlive>();

        for (var n = 0; n < 4; n++) // some are answered on the spot, some through the thread pool
        {
            Func<Task>[] calls =
            [
                () => cache.GetAsync("key"),
                () => Task.FromResult(cache.Get("key")),
                () => cache.TryGetAsync("key", new ArrayBufferWriter<byte>()).AsTask(),
                () => cache.SetAsync("key", [2], Sliding),
                () => cache.SetAsync("key", new ReadOnlySequence<byte>([2]), Sliding).AsTask(),
                () => cache.RefreshAsync("key"),
                () => cache.RemoveAsync("key"),
                () => pages.EvictByTagAsync("tag", default).AsTask(),
            ];
            foreach (var call in calls)
            {
                var thrown = await Assert.ThrowsAsync<CacheUnavailableException>(call).Patiently();
                Assert.Equal((CacheOutcome.Unavailable, false), (thrown.Outcome, thrown.MayHaveBeenApplied));
            }
            Assert.Null(await pages.GetAsync("page", default));
            await pages.SetAsync("page", [2], ["tag"], TimeSpan.FromMinutes(1), default);
        }

        foreach (var server in pool.Servers) server.Restart();
        await Patience.Until(async () => { try { await cache.SetAsync("key", [3], Sliding); return true; } catch (CacheUnavailableException) { return false; } }, done => done);
        Assert.Equal(3, Assert.Single((await cache.GetAsync("key"))!));
    }

    [Fact]
    public async Task A_server_that_hangs_is_a_timeout_and_a_write_says_that_it_may_have_been_carried_out()
    {
        using var server = CacheServer.Start(ServerKind.Memcached);
        await using var one = await OneCache.StartAsync(server.Address, options => (options.ReadTimeout, options.OperationTimeout) = (TimeSpan.FromSeconds(5), TimeSpan.FromMilliseconds(200)));
        var cache = new ActorCacheDistributedCache(one.Cache);
        server.Hang();
        try
        {
            Assert.Equal(CacheOutcome.TimedOut, (await Assert.ThrowsAsync<CacheUnavailableException>(() => cache.GetAsync("key"))).Outcome);
            var write = await Assert.ThrowsAsync<CacheUnavailableException>(() => cache.SetAsync("key", [1], Sliding));
            Assert.Equal((CacheOutcome.TimedOut, true), (write.Outcome, write.MayHaveBeenApplied));
            Assert.Contains("may have been carried out", write.Message, StringComparison.Ordinal);
            Assert.DoesNotContain("key", write.Message, StringComparison.Ordinal);
        }
        finally
        {
            server.Resume();
        }
    }

    [Fact]
    public async Task Who_has_too_much_in_flight_is_told_so()
    {
        using var server = CacheServer.Start(ServerKind.Memcached);
        await using var one = await OneCache.StartAsync(server.Address, options => options.MaxInFlight = 2);
        var cache = new ActorCacheDistributedCache(one.Cache);
        server.Hang();
        Task[] waiting = [cache.GetAsync("first"), cache.GetAsync("second")];
        Assert.Equal(CacheOutcome.Overloaded, (await Assert.ThrowsAsync<CacheUnavailableException>(() => cache.GetAsync("third"))).Outcome);
        server.Resume();
        await Task.WhenAll(waiting).Patiently();
    }

    [Fact]
    public async Task The_server_of_some_entries_dies_and_calls_go_on_without_those()
    {
        await using var pool = await Pool.StartAsync(ServerKind.Memcached);
        var cache = new ActorCacheDistributedCache(pool.Cache);
        var (lost, kept) = (pool.KeysOf(pool.Servers[0], 5), pool.KeysOf(pool.Servers[1], 5));
        foreach (var key in lost.Concat(kept)) await cache.SetAsync(key, [1], Sliding);
        pool.Servers[0].Kill();
        foreach (var key in lost)
        {
            Assert.Null(await cache.GetAsync(key));
            await cache.SetAsync(key, [2], Sliding);
            Assert.Equal(2, Assert.Single((await cache.GetAsync(key))!));
        }
        foreach (var key in kept) Assert.Equal(1, Assert.Single((await cache.GetAsync(key))!));
    }

    [Fact]
    public async Task A_mark_of_HybridCache_is_not_missed_on_a_stand_ins_word()
    {
        await using var pool = await Pool.StartAsync(ServerKind.Memcached);
        var cache = new ActorCacheDistributedCache(pool.Cache);
        var owner = pool.Servers[0];
        var mark = pool.KeysOf(owner, 1, "__MSFT_HCT__tag")[0];
        Assert.Null(await cache.GetAsync(mark));
        owner.Kill();
        await pool.Log.Next<ServerEvent.Suspected>(owner.Address);
        await Assert.ThrowsAsync<CacheUnavailableException>(() => cache.GetAsync(mark));
        await cache.SetAsync(mark, [1], new DistributedCacheEntryOptions());
        Assert.NotNull(await cache.GetAsync(mark));
    }

    [Fact]
    public async Task A_touch_that_fails_harms_nobody()
    {
        using var server = CacheServer.Start(ServerKind.Memcached);
        var unobserved = new List<Exception>();
        void Note(object? sender, UnobservedTaskExceptionEventArgs e) => unobserved.Add(e.Exception);
        TaskScheduler.UnobservedTaskException += Note;
        try
        {
            for (var n = 0; n < 20; n++)
            {
                await using var one = await OneCache.StartAsync(server.Address);
                var cache = new ActorCacheDistributedCache(one.Cache);
                await cache.SetAsync("key", [1], Sliding);
                Assert.NotNull(await cache.GetAsync("key")); // and shut down with its touch under way
            }
            GC.Collect();
            GC.WaitForPendingFinalizers();
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
        finally
        {
            TaskScheduler.UnobservedTaskException -= Note;
        }
        Assert.DoesNotContain(unobserved, e => e.ToString().Contains("ActorCache.Caching", StringComparison.Ordinal));
    }

    [Fact]
    public async Task After_the_cache_was_shut_down_calls_say_so()
    {
        using var server = CacheServer.Start(ServerKind.Memcached);
        var one = await OneCache.StartAsync(server.Address);
        var cache = new ActorCacheDistributedCache(one.Cache);
        await one.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => cache.GetAsync("key"));
        Assert.Throws<ObjectDisposedException>(() => cache.Set("key", [1], Sliding));
    }
}
