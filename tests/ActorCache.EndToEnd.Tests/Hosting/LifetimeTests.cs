using System.Buffers;
using System.Runtime.CompilerServices;
using ActorCache.EmbeddedServer;
using Akka.Actor;
using Akka.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace ActorCache.EndToEnd.Tests.Hosting;

/// <summary>From before the host starts until after it has stopped.</summary>
public sealed class LifetimeTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task It_works_before_the_host_has_started_for_callers_that_block_too(bool withAkka)
    {
        await using var server = EmbeddedMemcached.Start();
        using var host = Hosts.Build(services => Add(services, server.Address, withAkka));
        var cache = host.Services.GetRequiredService<IActorCache>();
        var read = await Task.Run(() =>
        {
            cache.SetAsync("key", "value").AsTask().GetAwaiter().GetResult();
            return cache.GetAsync<string>("key").AsTask().GetAwaiter().GetResult();
        }).Patiently();
        Assert.Equal("value", read.Value);

        await host.StartAsync();
        Assert.Equal("value", (await cache.GetAsync<string>("key")).Value);
        Assert.Equal(1, server.ConnectionCount);
        await host.StopAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_provider_may_be_disposed_without_ever_having_been_started_or_used(bool withAkka)
    {
        await using var server = EmbeddedMemcached.Start();
        Hosts.Build(services => Add(services, server.Address, withAkka)).Dispose();
        await ((IAsyncDisposable)Hosts.Build(services => Add(services, server.Address, withAkka))).DisposeAsync();
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task A_provider_that_was_used_but_never_started_ends_the_cache_when_it_is_disposed(bool withAkka, bool asynchronously)
    {
        await using var server = EmbeddedMemcached.Start();
        var host = Hosts.Build(services => Add(services, server.Address, withAkka));
        var cache = host.Services.GetRequiredService<IActorCache>();
        var log = new EventLog(cache.Monitor);
        Assert.True((await cache.SetAsync("key", "value")).IsStored);

        if (asynchronously) await ((IAsyncDisposable)host).DisposeAsync();
        else host.Dispose();
        await log.Ended.Patiently();
        Assert.Throws<ObjectDisposedException>(() => { _ = cache.GetAsync<string>("key").AsTask(); });
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task After_the_host_has_stopped_every_call_throws_ObjectDisposedException(bool withAkka)
    {
        await using var server = EmbeddedMemcached.Start();
        using var host = Hosts.Build(services => Add(services, server.Address, withAkka));
        await host.StartAsync();
        var cache = host.Services.GetRequiredService<IActorCache>();
        var log = new EventLog(cache.Monitor);
        await cache.SetAsync("key", "value");
        await host.StopAsync();

        foreach (var call in (Func<Task>[])
        [
            () => cache.GetAsync<string>("key").AsTask(),
            () => cache.GetAndTouchAsync<string>("key", TimeSpan.FromSeconds(1)).AsTask(),
            () => cache.GetManyAsync<string>(["key"]).AsTask(),
            () => cache.SetAsync("key", "value").AsTask(),
            () => cache.StoreAsync("key", "value", new StoreOptions()).AsTask(),
            () => cache.SetManyAsync([KeyValuePair.Create("key", "value")]).AsTask(),
            () => cache.DeleteAsync("key").AsTask(),
            () => cache.DeleteManyAsync(["key"]).AsTask(),
            () => cache.TouchAsync("key", TimeSpan.FromSeconds(1)).AsTask(),
            () => cache.IncrementAsync("key").AsTask(),
            () => cache.DecrementAsync("key").AsTask(),
            () => cache.GetRawAsync("key", new ArrayBufferWriter<byte>()).AsTask(),
            () => cache.SetRawAsync("key", ReadOnlySequence<byte>.Empty).AsTask(),
            () => cache.FlushAllAsync().AsTask(),
            () => cache.StatsAsync().AsTask(),
            () => cache.VersionAsync().AsTask(),
            () => Task.FromResult(cache.Monitor.Current),
            () => Task.FromResult(cache.Monitor.Explain("key")),
        ])
        {
            await Assert.ThrowsAsync<ObjectDisposedException>(call);
        }
        await log.Ended.Patiently();
        await new EventLog(cache.Monitor).Ended.Patiently();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Operations_in_flight_when_the_host_stops_are_answered(bool withAkka)
    {
        await using var server = EmbeddedMemcached.Start();
        using var host = Hosts.Build(services => Add(services, server.Address, withAkka));
        await host.StartAsync();
        var cache = host.Services.GetRequiredService<IActorCache>();
        await cache.SetAsync("key", "value");

        server.Faults.Add(Fault.Delay(TimeSpan.FromMilliseconds(300)));
        var calls = Enumerable.Range(0, 100).Select(_ => cache.GetAsync<string>("key").AsTask()).ToList();
        var counts = Enumerable.Range(0, 100).Select(_ => cache.IncrementAsync("counter", initial: 1).AsTask()).ToList();
        await host.StopAsync().Patiently();
        foreach (var read in await Task.WhenAll(calls).Patiently()) Assert.Equal("value", read.Value);
        foreach (var count in await Task.WhenAll(counts).Patiently()) Assert.Equal(CacheOutcome.Stored, count.Outcome);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_server_that_never_answers_holds_up_the_stop_no_longer_than_the_drain_timeout(bool withAkka)
    {
        await using var server = EmbeddedMemcached.Start();
        using var host = Hosts.Build(services =>
        {
            Add(services, server.Address, withAkka);
            services.AddActorCache("drain_timeout=100ms;read_timeout=10m;operation_timeout=10m");
        });
        await host.StartAsync();
        var cache = host.Services.GetRequiredService<IActorCache>();
        await cache.SetAsync("key", "value");

        server.Faults.Add(Fault.Stall());
        var read = cache.GetAsync<string>("key").AsTask();
        var count = cache.IncrementAsync("counter").AsTask();
        await host.StopAsync().Patiently();
        Assert.Equal(CacheOutcome.Unavailable, (await read.Patiently()).Outcome);
        var counted = await count.Patiently();
        Assert.Equal((CacheOutcome.Unavailable, true), (counted.Outcome, counted.MayHaveBeenApplied));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_host_stops_at_once_while_no_server_can_be_reached(bool withAkka)
    {
        await using var server = EmbeddedMemcached.Start();
        server.Faults.Add(Fault.Stall());
        using var host = Hosts.Build(services =>
        {
            Add(services, server.Address, withAkka);
            services.AddActorCache("connect_timeout=10m;operation_timeout=10m");
        });
        await host.StartAsync();
        // It waits for a dial that nobody answers, and is not left behind.
        var read = host.Services.GetRequiredService<IActorCache>().GetAsync<string>("key").AsTask();
        await host.StopAsync().Patiently();
        Assert.Equal(CacheOutcome.Unavailable, (await read.Patiently()).Outcome);
    }

    [Fact]
    public async Task Stopping_and_disposing_again_and_at_once_is_harmless()
    {
        await using var server = EmbeddedMemcached.Start();
        var host = Hosts.Build(services => services.AddActorCache(server.Address + Hosts.Patient));
        await host.StartAsync();
        await Task.WhenAll(host.StopAsync(), host.StopAsync()).Patiently();
        await host.StopAsync().Patiently();
        await ((IAsyncDisposable)host).DisposeAsync();
        host.Dispose();
    }

    [Fact]
    public async Task Two_hosts_in_one_process_have_nothing_in_common()
    {
        await using var one = EmbeddedMemcached.Start();
        await using var other = EmbeddedMemcached.Start();
        using var first = Hosts.Build(services => services.AddActorCache(one.Address + Hosts.Patient));
        using var second = Hosts.Build(services => services.AddActorCache(other.Address + Hosts.Patient));
        await Task.WhenAll(first.StartAsync(), second.StartAsync());
        var (firstCache, secondCache) = (first.Services.GetRequiredService<IActorCache>(), second.Services.GetRequiredService<IActorCache>());

        await firstCache.SetAsync("key", "first");
        await secondCache.SetAsync("key", "second");
        Assert.Equal("first", (await firstCache.GetAsync<string>("key")).Value);
        Assert.Equal("second", (await secondCache.GetAsync<string>("key")).Value);
        await first.StopAsync();
        Assert.Equal("second", (await secondCache.GetAsync<string>("key")).Value);
        await second.StopAsync();
    }

    [Fact]
    public async Task Nothing_of_a_cache_with_its_own_system_is_left_when_its_host_is_gone()
    {
        await using var server = EmbeddedMemcached.Start();
        var cache = await UseAndForget(server.Address);
        for (var collection = 0; collection < 20 && cache.IsAlive; collection++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
        Assert.False(cache.IsAlive);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task<WeakReference> UseAndForget(string server)
    {
        using var host = Hosts.Build(services => services.AddActorCache(server + Hosts.Patient));
        await host.StartAsync();
        var cache = host.Services.GetRequiredService<IActorCache>();
        await cache.SetAsync("key", "value");
        await host.StopAsync();
        return new WeakReference(cache);
    }

    private static void Add(IServiceCollection services, string connectionString, bool withAkka)
    {
        services.AddActorCache($"{connectionString}{Hosts.Patient};drain_timeout=10s");
        if (withAkka) services.AddAkka("app", akka => akka.WithActorCache());
    }
}
