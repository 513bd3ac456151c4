using System.Diagnostics;
using ActorCache.EmbeddedServer;

namespace ActorCache.EndToEnd.Tests.Faults;

/// <summary>F25: no server is left.</summary>
[Collection(nameof(Alone))]
public sealed class F25_AllServersDown
{
    [Fact]
    public async Task A_flood_of_calls_is_answered_Unavailable_at_once_piles_nothing_up_and_ends_by_itself()
    {
        await using var first = EmbeddedMemcached.Start();
        await using var second = EmbeddedMemcached.Start();
        await using var cache = await OneCache.StartAsync([first.Address, second.Address]);
        await cache.Log.UntilAllServe();
        first.Kill();
        second.Kill();
        await cache.Log.Next<ServerEvent.NoServerAlive>();
        await Flood(1_000).Patiently();

        var before = GC.GetTotalMemory(forceFullCollection: true);
        var begun = Stopwatch.GetTimestamp();
        await Flood(100_000).Patiently();
        Assert.InRange(Stopwatch.GetElapsedTime(begun) / 100_000, TimeSpan.Zero, TimeSpan.FromMilliseconds(1));
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 1 << 20);
        Assert.All(cache.Cache.Monitor.Current.Servers, server => Assert.Equal(0, server.InFlight));

        second.Restart();
        await cache.Log.Until(second.Address, ServerState.Up);
        Assert.True((await cache.Cache.SetAsync("key", "value")).IsStored);

        async Task Flood(int count)
        {
            for (var n = 0; n < count; n++) Assert.Equal(CacheOutcome.Unavailable, (await cache.Cache.GetAsync<string>("key")).Outcome);
        }
    }
}
