using ActorCache.EmbeddedServer;

namespace ActorCache.EndToEnd.Tests.Failover;

/// <summary>A server that answers wrongly, halfway, late or not at all now and then: whatever it says, no call fails and no value is wrong.</summary>
public sealed class FaultyServerTests
{
    [Theory]
    [InlineData("garbage", 1)] // More might strike one connection before its end is seen.
    [InlineData("truncated to nothing", 3)]
    [InlineData("truncated", 3)]
    [InlineData("dropped", 3)]
    public async Task Spoiled_replies_cost_the_connection_and_no_call(string how, int times)
    {
        await using var servers = Servers.Start();
        await using var cache = await servers.OpenAsync(options => options.ServerMaxRetry = 10); // so often is not yet too often
        var victim = servers.All[0];
        var load = await Load.StartAsync(cache.Cache, servers.Keys(cache, 40), callers: 32);

        var fault = victim.Faults.Add((how switch
        {
            "garbage" => Fault.Garbage(),
            "truncated" => Fault.Truncate(7),
            "truncated to nothing" => Fault.Truncate(0),
            _ => Fault.DropAfter(100),
        }).ForKeys("*:*").Times(times));
        await fault.WaitForHitsAsync(times).Patiently();
        for (var i = 0; i < times; i++) await cache.Log.Next<ServerEvent.Suspected>(victim.Address);
        await cache.Log.UntilAllServe();
        await load.Calls(500);

        (await load.StopAsync()).IsFlawless();
        Assert.DoesNotContain(cache.Log.Events, happened => happened is ServerEvent.Suspected suspected && suspected.Server != victim.Address);
        await EveryKeyIsWithItsOwner(cache, servers.Keys(cache, 40));
    }

    [Fact]
    public async Task A_server_that_only_speaks_garbage_is_ejected_and_comes_back_when_it_speaks_again()
    {
        await using var servers = Servers.Start();
        await using var cache = await servers.OpenAsync();
        var victim = servers.All[1];
        var load = await Load.StartAsync(cache.Cache, servers.Keys(cache, 40), callers: 16);

        var fault = victim.Faults.Add(Fault.Garbage());
        var suspected = await cache.Log.Next<ServerEvent.Suspected>(victim.Address);
        Assert.StartsWith("ProtocolViolation", suspected.Cause, StringComparison.Ordinal);
        var ejected = await cache.Log.Next<ServerEvent.Ejected>(victim.Address);
        Assert.StartsWith("HandshakeFailed", ejected.Cause, StringComparison.Ordinal);

        fault.Remove();
        await cache.Log.Next<ServerEvent.Reinstated>(victim.Address);
        await load.Calls(500);
        (await load.StopAsync()).IsFlawless();
    }

    [Fact]
    public async Task Replies_later_than_the_read_timeout_are_swallowed_when_they_come_and_shift_nothing()
    {
        await using var servers = Servers.Start();
        await using var cache = await servers.OpenAsync(options => options.ReadTimeout = TimeSpan.FromSeconds(2));
        var victim = servers.All[2];
        var keys = cache.KeysOf(victim.Address, 60);
        foreach (var key in keys) Assert.True((await cache.Cache.SetAsync(key, key)).IsStored);

        // The first reply is late, but in time: so bytes keep coming, and the connection lives while the calls behind it give up.
        var late = victim.Faults.Add(Fault.Delay(TimeSpan.FromSeconds(1.5)));
        var first = cache.Cache.GetAsync<string>(keys[0]).AsTask();
        await late.WaitForHitsAsync(1).Patiently();
        late.Remove();
        var tooLate = victim.Faults.Add(Fault.Delay(TimeSpan.FromSeconds(3)));
        var gets = keys.Take(40).Select(key => cache.Cache.GetAsync<string>(key).AsTask()).ToList();
        var counts = keys.Take(10).Select(key => cache.Cache.IncrementAsync(key).AsTask()).ToList();
        await tooLate.WaitForHitsAsync(50).Patiently();
        tooLate.Remove();

        Assert.Equal((keys[0], victim.Address), ((await first.Patiently()).Value, (await first).Server));
        foreach (var read in await Task.WhenAll(gets).Patiently())
        {
            Assert.Equal(CacheOutcome.Miss, read.Outcome);
            Assert.NotEqual(victim.Address, read.Server);
            Assert.True(read.FromStandIn);
        }
        foreach (var count in await Task.WhenAll(counts).Patiently())
            Assert.Equal(new CounterResult(CacheOutcome.Unavailable, 0, victim.Address, MayHaveBeenApplied: true), count);

        // Their replies are still to come, in front of these.
        var next = keys.Select(key => cache.Cache.GetAsync<string>(key).AsTask()).ToList();
        foreach (var (key, read) in keys.Zip(await Task.WhenAll(next).Patiently())) Assert.Equal((key, victim.Address), (read.Value, read.Server));
        Assert.DoesNotContain(cache.Log.Events, happened => happened is ServerEvent.Suspected);
    }

    [Fact]
    public async Task A_server_that_refuses_connects_keeps_the_connections_it_has()
    {
        await using var servers = Servers.Start();
        await using var cache = await servers.OpenAsync();
        var victim = servers.All[0];
        var load = await Load.StartAsync(cache.Cache, servers.Keys(cache, 40), callers: 16);

        var refuse = victim.Faults.Add(Fault.Refuse());
        await load.Calls(500);
        Assert.DoesNotContain(cache.Log.Events, happened => happened is ServerEvent.Suspected);

        victim.DropConnections();
        await cache.Log.Next<ServerEvent.Suspected>(victim.Address);
        var ejected = await cache.Log.Next<ServerEvent.Ejected>(victim.Address);
        Assert.StartsWith("Unreachable", ejected.Cause, StringComparison.Ordinal);
        await load.Calls(500);

        refuse.Remove();
        await cache.Log.Next<ServerEvent.Reinstated>(victim.Address);
        await load.Calls(500);
        (await load.StopAsync()).IsFlawless();
    }

    [Fact]
    public async Task Connections_dropped_on_all_servers_at_once_cost_no_call_that_begins_afterwards()
    {
        await using var servers = Servers.Start();
        await using var cache = await servers.OpenAsync();
        foreach (var server in servers.All)
        {
            await cache.Cache.SetAsync(cache.KeysOf(server.Address, 1)[0], "kept");
            server.DropConnections();
            await cache.Log.Next<ServerEvent.Suspected>(server.Address);
        }
        await cache.Log.UntilAllServe();
        foreach (var server in servers.All)
            Assert.Equal("kept", (await cache.Cache.GetAsync<string>(cache.KeysOf(server.Address, 1)[0])).Value);
    }

    [Fact]
    public async Task A_window_full_of_calls_answers_Overloaded_at_once_and_works_again_when_it_has_emptied()
    {
        const int Window = 8;
        await using var servers = Servers.Start();
        await using var cache = await servers.OpenAsync(options => options.MaxInFlight = Window);
        var victim = servers.All[0];
        var keys = cache.KeysOf(victim.Address, 3 * Window);
        foreach (var key in keys) Assert.True((await cache.Cache.SetAsync(key, key)).IsStored);

        var stall = victim.Faults.Add(Fault.Stall());
        var waiting = keys.Take(Window).Select(key => cache.Cache.GetAsync<string>(key).AsTask()).ToList();
        foreach (var key in keys.Skip(Window))
        {
            var refused = cache.Cache.GetAsync<string>(key).AsTask();
            Assert.True(refused.IsCompleted);
            Assert.Equal(CacheOutcome.Overloaded, (await refused).Outcome);
        }
        Assert.Equal(CacheOutcome.Overloaded, (await cache.Cache.SetAsync(keys[^1], "value")).Outcome);
        var count = await cache.Cache.IncrementAsync(keys[^1]);
        Assert.Equal((CacheOutcome.Overloaded, false), (count.Outcome, count.MayHaveBeenApplied));
        Assert.All(waiting, call => Assert.False(call.IsCompleted));
        Assert.Equal(Window, cache.Cache.Monitor.Current.Servers.Single(server => server.Name == victim.Address).InFlight);
        // The others have windows of their own.
        Assert.Equal(CacheOutcome.Miss, (await cache.Cache.GetAsync<string>(cache.KeysOf(servers.All[1].Address, 1)[0])).Outcome);

        stall.Remove();
        foreach (var (key, call) in keys.Zip(waiting)) Assert.Equal(key, (await call.Patiently()).Value);
        foreach (var key in keys) Assert.Equal(key, (await cache.Cache.GetAsync<string>(key)).Value);
    }

    private static async Task EveryKeyIsWithItsOwner(OneCache cache, IEnumerable<string> keys)
    {
        foreach (var key in keys)
        {
            var owner = cache.Cache.Monitor.Explain(key).Owner;
            await Patience.Until(() => cache.Cache.GetAsync<string>(key), answer => answer.Server == owner);
        }
    }

    /// <summary>Three embedded servers, with the faults that only they have.</summary>
    private sealed class Servers : IAsyncDisposable
    {
        public required IReadOnlyList<EmbeddedMemcached> All { get; init; }

        public static Servers Start() => new() { All = [EmbeddedMemcached.Start(), EmbeddedMemcached.Start(), EmbeddedMemcached.Start()] };

        public async Task<OneCache> OpenAsync(Action<ActorCacheOptions>? configure = null)
        {
            var cache = await OneCache.StartAsync([.. All.Select(server => server.Address)], configure);
            await cache.Log.UntilAllServe();
            return cache;
        }

        public string[] Keys(OneCache cache, int each) => [.. All.SelectMany(server => cache.KeysOf(server.Address, each))];

        public async ValueTask DisposeAsync()
        {
            foreach (var server in All) await server.DisposeAsync();
        }
    }
}
