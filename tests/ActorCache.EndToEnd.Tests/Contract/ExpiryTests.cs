using ActorCache.EmbeddedServer;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace ActorCache.EndToEnd.Tests.Contract;

/// <summary>Items that die of age, on a server whose clock the test turns.</summary>
public sealed class ExpiryTests
{
    [Fact]
    public async Task An_item_is_a_hit_until_its_time_is_over_and_a_miss_from_then_on()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        using var server = EmbeddedMemcached.Start(new EmbeddedMemcachedOptions { TimeProvider = clock });
        using var host = Hosts.Build(services => services.AddActorCache(server.Address + Hosts.Patient));
        await host.StartAsync();
        var cache = host.Services.GetRequiredService<IActorCache>();

        await cache.SetAsync("second", "value", TimeSpan.FromMilliseconds(250));
        await cache.SetAsync("minute", "value", TimeSpan.FromMinutes(1));
        await cache.SetAsync("touched", "value", TimeSpan.FromMinutes(1));
        await cache.SetAsync("month", "value", TimeSpan.FromDays(31));
        await cache.IncrementAsync("counter", initial: 1, ttl: TimeSpan.FromMinutes(1));
        await cache.SetAsync("ever", "value");
        Assert.Equal(["counter", "ever", "minute", "month", "second", "touched"], await Living());

        clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(["counter", "ever", "minute", "month", "touched"], await Living());

        Assert.True((await cache.TouchAsync("touched", TimeSpan.FromHours(1))).IsStored);
        clock.Advance(TimeSpan.FromSeconds(60));
        Assert.Equal(["ever", "month", "touched"], await Living());
        Assert.Equal(CacheOutcome.NotFound, (await cache.TouchAsync("minute", TimeSpan.FromHours(1))).Outcome);
        Assert.Equal(CacheOutcome.NotFound, (await cache.IncrementAsync("counter")).Outcome);
        Assert.Equal(CacheOutcome.NotFound, (await cache.DeleteAsync("minute")).Outcome);
        Assert.Equal(CacheOutcome.Stored, (await cache.StoreAsync("minute", "again", new StoreOptions { Mode = StoreMode.Add })).Outcome);

        clock.Advance(TimeSpan.FromDays(30));
        Assert.Equal(["ever", "minute", "month"], await Living());
        clock.Advance(TimeSpan.FromDays(1));
        Assert.Equal(["ever", "minute"], await Living());

        await host.StopAsync();

        async Task<IEnumerable<string>> Living()
        {
            var all = await cache.GetManyAsync<string>(["second", "minute", "touched", "month", "counter", "ever"]);
            Assert.All(all.Values, read => Assert.True(read.Outcome is CacheOutcome.Hit or CacheOutcome.Miss));
            return all.Where(read => read.Value.IsHit).Select(read => read.Key).Order();
        }
    }
}
