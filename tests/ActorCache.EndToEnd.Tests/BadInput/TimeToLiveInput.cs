using ActorCache.EndToEnd.Tests.Faults;
using ActorCache.TestServers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace ActorCache.EndToEnd.Tests.BadInput;

/// <summary>Times to live at the edges of what memcached understands, and the clock of a client that is wrong: what the server says is left.</summary>
public abstract class TimeToLiveInput(ServerKind kind)
{
    private static readonly TimeSpan Month = TimeSpan.FromDays(30);

    [Theory]
    [InlineData(0)]
    [InlineData(3600)]
    [InlineData(-3600)]
    [InlineData(86_400 * 365)]
    public async Task Up_to_thirty_days_a_wrong_clock_of_the_client_does_not_matter(int seconds)
    {
        await using var one = await One.StartAsync(kind, TimeSpan.FromSeconds(seconds));
        await one.Cache.SetAsync("minute", "value", TimeSpan.FromMinutes(1));
        await one.Cache.SetAsync("month", "value", Month);
        Assert.InRange((await one.SecondsLeft("minute"))!.Value, 30, 61);
        Assert.InRange((await one.SecondsLeft("month"))!.Value, Month.TotalSeconds - 60, Month.TotalSeconds + 1);
    }

    [Fact]
    public async Task A_quarter_of_a_second_is_one_second_and_never_for_ever()
    {
        await using var one = await One.StartAsync(kind);
        await one.Cache.SetAsync("key", "value", TimeSpan.FromSeconds(0.25));
        // In its only second, or gone.
        Assert.InRange(await one.SecondsLeft("key") ?? 0, 0, 1);
        await one.Cache.SetAsync("tick", "value", TimeSpan.FromTicks(1));
        Assert.InRange(await one.SecondsLeft("tick") ?? 0, 0, 1);
    }

    [Fact]
    public async Task One_second_over_thirty_days_is_a_date_and_does_not_expire_at_once()
    {
        await using var one = await One.StartAsync(kind);
        await one.Cache.SetAsync("key", "value", Month + TimeSpan.FromSeconds(1));
        Assert.Equal("value", (await one.Cache.GetAsync<string>("key")).Value);
        Assert.InRange((await one.SecondsLeft("key"))!.Value, Month.TotalSeconds - 60, Month.TotalSeconds + 10);
    }

    // memcached 1.6.18 says "stored" to any time from 2^31 on, and has forgotten the item already.
    [Fact]
    public async Task Ttl_2038()
    {
        await using var one = await One.StartAsync(kind);
        TimeSpan[] far =
        [
            new DateTimeOffset(2038, 1, 19, 3, 14, 7, TimeSpan.Zero) - DateTimeOffset.UtcNow,
            new DateTimeOffset(2038, 1, 19, 3, 14, 9, TimeSpan.Zero) - DateTimeOffset.UtcNow,
            new DateTimeOffset(2150, 1, 1, 0, 0, 0, TimeSpan.Zero) - DateTimeOffset.UtcNow,
            DateTimeOffset.MaxValue - DateTimeOffset.UtcNow,
            TimeSpan.FromSeconds(uint.MaxValue),
            TimeSpan.MaxValue,
        ];
        foreach (var ttl in far)
        {
            Assert.True((await one.Cache.SetAsync("set", "value", ttl)).IsStored);
            Assert.Equal("value", (await one.Cache.GetAsync<string>("set")).Value);
            Assert.True(await one.SecondsLeft("set") > TimeSpan.FromDays(365).TotalSeconds);
            Assert.True((await one.Cache.TouchAsync("set", ttl)).IsStored);
            Assert.Equal("value", (await one.Cache.GetAndTouchAsync<string>("set", ttl)).Value);
            Assert.Equal("value", (await one.Cache.GetAsync<string>("set")).Value);
            Assert.True((await one.Cache.IncrementAsync($"count:{ttl.Ticks}", initial: 1, ttl: ttl)).IsCounted);
            Assert.Equal(1, (await one.Cache.GetAsync<int>($"count:{ttl.Ticks}")).Value);
        }
    }

    /// <summary>A server, and a cache over it whose wall clock is wrong by so much.</summary>
    private sealed class One(ICacheServer server, IHost host) : IAsyncDisposable
    {
        public IActorCache Cache { get; } = host.Services.GetRequiredService<IActorCache>();

        public static async Task<One> StartAsync(ServerKind kind, TimeSpan wrong = default)
        {
            var server = CacheServer.Start(kind);
            var clock = new JumpingClock();
            clock.Jump(wrong);
            var host = Hosts.Build(services => services.AddSingleton<TimeProvider>(clock).AddActorCache(server.Address + Hosts.Patient));
            await host.StartAsync();
            return new One(server, host);
        }

        public Task<long?> SecondsLeft(string key) => TextConnection.SecondsLeftAsync(server.Address, key);

        public async ValueTask DisposeAsync()
        {
            await host.StopAsync();
            host.Dispose();
            server.Dispose();
        }
    }
}

public sealed class TimeToLiveInputOnEmbedded() : TimeToLiveInput(ServerKind.Embedded);

public sealed class TimeToLiveInputOnMemcached() : TimeToLiveInput(ServerKind.Memcached);
