using ActorCache.EmbeddedServer;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace ActorCache.EndToEnd.Tests.Faults;

/// <summary>F42: somebody sets the wall clock while calls are under way. Deadlines and pauses do not look at it; absolute expiry times do.</summary>
public sealed class F42_ClockJump
{
    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    [InlineData(24 * 400)]
    [InlineData(-24 * 400)]
    public async Task Calls_in_flight_go_on_and_no_server_is_suspected(int hours)
    {
        await using var server = EmbeddedMemcached.Start();
        var clock = new JumpingClock();
        using var host = Start(server, clock);
        await host.StartAsync();
        var cache = host.Services.GetRequiredService<IActorCache>();
        var log = new EventLog(cache.Monitor);
        Assert.True((await cache.SetAsync("key", "value")).IsStored);

        var slow = server.Faults.Add(Fault.Delay(TimeSpan.FromMilliseconds(200)));
        for (var jump = 0; jump < 4; jump++)
        {
            var calls = Enumerable.Range(0, 50).Select(_ => cache.GetAsync<string>("key").AsTask()).ToList();
            clock.Jump(TimeSpan.FromHours(jump % 2 == 0 ? hours : -hours));
            foreach (var read in await Task.WhenAll(calls).Patiently()) Assert.Equal("value", read.Value);
        }
        slow.Remove();

        // A call that has to time out does so in its own time, whatever the wall says meanwhile.
        var stall = server.Faults.Add(Fault.Stall());
        var late = cache.GetAsync<string>("key").AsTask();
        clock.Jump(TimeSpan.FromHours(hours));
        Assert.False(late.IsCompleted);
        stall.Remove();
        Assert.Equal("value", (await late.Patiently()).Value);
        Assert.DoesNotContain(log.Events, happened => happened is ServerEvent.Suspected);
        await host.StopAsync();
    }

    [Fact]
    public async Task A_lost_server_is_redialled_in_its_own_time_whatever_the_wall_says()
    {
        await using var server = EmbeddedMemcached.Start();
        var clock = new JumpingClock();
        using var host = Start(server, clock);
        await host.StartAsync();
        var cache = host.Services.GetRequiredService<IActorCache>();
        var log = new EventLog(cache.Monitor);
        await log.UntilAllServe();
        clock.Jump(-TimeSpan.FromHours(1));
        server.DropConnections();
        await log.Next<ServerEvent.Suspected>();
        clock.Jump(-TimeSpan.FromHours(1));
        await log.UntilAllServe();
        Assert.Equal(CacheOutcome.Miss, (await cache.GetAsync<string>("key")).Outcome);
        await host.StopAsync();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public async Task An_absolute_expiry_is_reckoned_from_the_wall_as_it_is_when_the_call_is_made(int hours)
    {
        using var server = ScriptedServer.Start();
        var clock = new JumpingClock();
        using var host = Hosts.Build(services => services.AddSingleton<TimeProvider>(clock).AddActorCache(server.Address + Hosts.Patient));
        await host.StartAsync();
        var cache = host.Services.GetRequiredService<IActorCache>();
        await cache.SetAsync("before", "value", TimeSpan.FromDays(40));
        clock.Jump(TimeSpan.FromHours(hours));
        await cache.SetAsync("after", "value", TimeSpan.FromDays(40));
        // Up to thirty days it is relative, and the wall is not asked.
        await cache.SetAsync("relative", "value", TimeSpan.FromDays(30));

        Assert.InRange(Exptime("after") - Exptime("before"), 3600 * hours - 1, 3600 * hours + 30);
        Assert.Equal(30 * 86_400, Exptime("relative"));
        await host.StopAsync();

        long Exptime(string key) => long.Parse(
            server.Asked.Single(asked => asked.Key == key).Line.Split(' ').Single(word => word.StartsWith('T'))[1..],
            System.Globalization.CultureInfo.InvariantCulture);
    }

    private static IHost Start(EmbeddedMemcached server, JumpingClock clock) => Hosts.Build(services => services
        .AddSingleton<TimeProvider>(clock)
        .AddActorCache(server.Address + Hosts.Patient));
}
