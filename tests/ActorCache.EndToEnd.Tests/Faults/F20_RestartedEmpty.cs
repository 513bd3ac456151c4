using System.Collections.Concurrent;
using ActorCache.TestServers;

namespace ActorCache.EndToEnd.Tests.Faults;

/// <summary>F20: a server is killed and is back on the same port at once, empty.</summary>
public sealed class F20_RestartedEmpty
{
    [Theory]
    [InlineData(ServerKind.Embedded)]
    [InlineData(ServerKind.Memcached)]
    public async Task It_is_reached_again_by_itself_and_answers_misses_and_only_calls_in_flight_fail(ServerKind kind)
    {
        const int Callers = 16;
        using var server = CacheServer.Start(kind);
        await using var cache = await OneCache.StartAsync(server.Address, options =>
        {
            options.ServerMaxRetry = 1000;
            options.RetryDelay = TimeSpan.FromMilliseconds(5);
            options.MaxRetryDelay = TimeSpan.FromMilliseconds(10);
        });
        for (var life = 1; life <= 3; life++)
        {
            for (var caller = 0; caller < Callers; caller++) Assert.True((await cache.Cache.SetAsync($"life:{life}:{caller}", life)).IsStored);
            using var stop = new CancellationTokenSource();
            var mayHaveBeen = new ConcurrentDictionary<int, int>();
            var load = Enumerable.Range(0, Callers).Select(caller => Task.Run(async () =>
            {
                while (!stop.IsCancellationRequested)
                {
                    // A count that was never sent is told apart from one that was in flight.
                    var counted = await cache.Cache.IncrementAsync($"count:{caller}", initial: 1);
                    if (counted.MayHaveBeenApplied) mayHaveBeen.AddOrUpdate(caller, 1, (_, n) => n + 1);
                    await Task.Yield();
                }
            })).ToList();
            server.Restart();
            await cache.Log.Next<ServerEvent.Suspected>();
            await cache.Log.UntilAllServe();
            await stop.CancelAsync();
            await Task.WhenAll(load).Patiently();

            Assert.All(mayHaveBeen, caller => Assert.Equal(1, caller.Value));
            for (var caller = 0; caller < Callers; caller++)
                Assert.Equal(CacheOutcome.Miss, (await cache.Cache.GetAsync<int>($"life:{life}:{caller}")).Outcome);
        }
    }
}
