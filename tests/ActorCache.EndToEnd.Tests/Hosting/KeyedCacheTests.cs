using ActorCache.EmbeddedServer;
using Akka.Actor;
using Akka.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace ActorCache.EndToEnd.Tests.Hosting;

/// <summary>Several caches in one host: one actor system, and nothing else in common.</summary>
public sealed class KeyedCacheTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task With_a_key_and_without_they_live_side_by_side_in_one_actor_system(bool withAkka)
    {
        await using var one = EmbeddedMemcached.Start();
        await using var other = EmbeddedMemcached.Start();
        using var host = Hosts.Build(services =>
        {
            services.AddActorCache(one.Address + Hosts.Patient).AddKeyedActorCache("orders", other.Address + Hosts.Patient).AddSingleton<Consumer>();
            if (withAkka) services.AddAkka("app", akka => akka.WithActorCache().WithKeyedActorCache("orders"));
        });
        await host.StartAsync();
        var consumer = host.Services.GetRequiredService<Consumer>();
        Assert.Equal(("default", "orders"), (consumer.Cache.Name, consumer.Orders.Name));
        Assert.Same(consumer.Orders.Monitor, consumer.OrdersMonitor);
        Assert.Same(consumer.Cache.Monitor, host.Services.GetRequiredService<IActorCacheMonitor>());
        Assert.Equal((one.Address, other.Address), ((await consumer.Cache.SetAsync("key", "1")).Server, (await consumer.Orders.SetAsync("key", "2")).Server));
        Assert.Equal(("1", "2"), ((await consumer.Cache.GetAsync<string>("key")).Value, (await consumer.Orders.GetAsync<string>("key")).Value));
        Assert.Null(host.Services.GetKeyedService<IActorCache>("carts"));
        Assert.Equal((1, 1), (one.ConnectionCount, other.ConnectionCount));
        await host.StopAsync();
        Assert.Throws<ObjectDisposedException>(() => { _ = consumer.Orders.GetAsync<string>("key").AsTask(); });
    }

    [Fact]
    public async Task Only_ones_with_keys_will_do()
    {
        await using var one = EmbeddedMemcached.Start();
        await using var other = EmbeddedMemcached.Start();
        using var host = Hosts.Build(services => services.AddKeyedActorCache("orders", one.Address).AddKeyedActorCache("carts", options => options.Servers = [other.Address]));
        await host.StartAsync();
        Assert.Null(host.Services.GetService<IActorCache>());
        Assert.Equal(one.Address, (await host.Services.GetRequiredKeyedService<IActorCache>("orders").SetAsync("key", "1")).Server);
        Assert.Equal(other.Address, (await host.Services.GetRequiredKeyedService<IActorCache>("carts").SetAsync("key", "1")).Server);
        await host.StopAsync();
    }

    [Fact]
    public async Task A_name_that_is_added_twice_is_one_cache_with_the_options_of_both()
    {
        await using var server = EmbeddedMemcached.Start();
        using var host = Hosts.Build(services => services.AddKeyedActorCache("orders", "other:1;max_in_flight=5").AddKeyedActorCache("orders", server.Address + Hosts.Patient));
        await host.StartAsync();
        var options = host.Services.GetRequiredService<IOptionsMonitor<ActorCacheOptions>>().Get("orders");
        Assert.Equal((5, server.Address), (options.MaxInFlight, Assert.Single(options.Servers)));
        await new EventLog(Assert.Single(host.Services.GetKeyedServices<IActorCache>("orders")).Monitor).UntilAllServe();
        Assert.Equal(1, server.ConnectionCount);
        await host.StopAsync();
    }

    [Theory]
    [InlineData("services")]
    [InlineData("services, akka")]
    [InlineData("akka")]
    public async Task Its_gateway_answers_whoever_asks_for_it_by_name(string how)
    {
        await using var one = EmbeddedMemcached.Start();
        await using var other = EmbeddedMemcached.Start();
        var ofServices = how.Contains("services", StringComparison.Ordinal);
        using var host = Hosts.Build(services =>
        {
            if (ofServices) services.AddActorCache(one.Address + Hosts.Patient).AddKeyedActorCache("orders", other.Address + Hosts.Patient);
            services.AddAkka("app", akka =>
            {
                if (how == "services, akka") akka.WithKeyedActorCache("orders").WithActorCache();
                if (how == "akka") akka.WithKeyedActorCache("orders", other.Address + Hosts.Patient).WithActorCache(one.Address + Hosts.Patient);
                akka.WithActors((system, _, resolver) =>
                {
                    if (ofServices) system.ActorOf(resolver.Props<Asker>(), "asker");
                });
            });
        });
        await host.StartAsync();
        var system = host.Services.GetRequiredService<ActorSystem>();
        var gateway = await ActorCacheExtension.For(system).GatewayAsync("orders").Patiently();
        Assert.Equal("/system/actor-cache/orders/gateway", gateway.Path.ToStringWithoutAddress());
        Assert.Equal(other.Address, (await gateway.Ask<StoreReply.Stored>(new CacheProtocol.Set("key", new byte[] { 1 }), Patience.Limit)).Server);
        // The registry goes by type, and has that of the cache without a key.
        Assert.Equal("/system/actor-cache/default/gateway", (await ActorRegistry.For(system).GetAsync<ActorCacheGateway>().Patiently()).Path.ToStringWithoutAddress());
        Assert.Equal(await ActorRegistry.For(system).GetAsync<ActorCacheGateway>(), await ActorCacheExtension.For(system).GatewayAsync().Patiently());
        if (ofServices)
        {
            Assert.Equal(gateway, await host.Services.GetRequiredKeyedService<IRequiredActor<ActorCacheGateway>>("orders").GetAsync().Patiently());
            Assert.Equal(gateway, await system.ActorSelection("/user/asker").Ask<IActorRef>("which", Patience.Limit));
        }
        Assert.Equal((1, 1), (one.ConnectionCount, other.ConnectionCount));
        await host.StopAsync();
    }

    [Fact]
    public async Task Whoever_asks_the_actor_system_first_gets_the_cache_that_is_registered()
    {
        await using var server = EmbeddedMemcached.Start();
        using var host = Hosts.Build(services => services.AddAkka("app", akka => { }).AddKeyedActorCache("orders", server.Address + Hosts.Patient));
        var early = ActorCacheExtension.For(host.Services.GetRequiredService<ActorSystem>()).Get("orders");
        Assert.Same(early, host.Services.GetRequiredKeyedService<IActorCache>("orders"));
        Assert.True((await early.SetAsync("key", "value")).IsStored);
        await host.StartAsync();
        await host.StopAsync();
    }

    [Fact]
    public async Task The_outage_of_one_leaves_the_other_alone()
    {
        await using var one = EmbeddedMemcached.Start();
        await using var other = EmbeddedMemcached.Start();
        using var host = Hosts.Build(services => services
            .AddKeyedActorCache("carts", one.Address + Hosts.Patient).AddKeyedActorCache("orders", other.Address + Hosts.Patient + ";retry_delay=20ms;max_retry_delay=50ms"));
        await host.StartAsync();
        var (carts, orders) = (host.Services.GetRequiredKeyedService<IActorCache>("carts"), host.Services.GetRequiredKeyedService<IActorCache>("orders"));
        var (cartsLog, ordersLog) = (new EventLog(carts.Monitor), new EventLog(orders.Monitor));
        await cartsLog.UntilAllServe();
        await ordersLog.UntilAllServe();
        var announced = cartsLog.Events.Count;

        using var over = new CancellationTokenSource();
        var calls = Enumerable.Range(0, 8).Select(i => Task.Run(async () =>
        {
            var answered = 0;
            for (; !over.IsCancellationRequested; answered++) Assert.True((await carts.SetAsync($"key-{i}", "value", ct: CancellationToken.None)).IsStored);
            return answered;
        })).ToList();
        other.Kill();
        await ordersLog.Next<ServerEvent.NoServerAlive>();
        Assert.Equal(CacheOutcome.Unavailable, (await orders.GetAsync<string>("key")).Outcome);
        other.Restart();
        await ordersLog.UntilAllServe();
        Assert.True((await orders.SetAsync("key", "value")).IsStored);
        await over.CancelAsync();
        Assert.All(await Task.WhenAll(calls).Patiently(), answered => Assert.NotEqual(0, answered));
        Assert.Equal(announced, cartsLog.Events.Count);
        await host.StopAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_host_that_stops_under_load_answers_every_call_of_both(bool withAkka)
    {
        await using var one = EmbeddedMemcached.Start();
        await using var other = EmbeddedMemcached.Start();
        using var host = Hosts.Build(services =>
        {
            services.AddKeyedActorCache("carts", one.Address + Hosts.Patient).AddActorCache(other.Address + Hosts.Patient);
            if (withAkka) services.AddAkka("app", _ => { });
        });
        await host.StartAsync();
        IActorCache[] caches = [host.Services.GetRequiredKeyedService<IActorCache>("carts"), host.Services.GetRequiredService<IActorCache>()];
        var begun = new CountdownEvent(16);
        var calls = Enumerable.Range(0, 16).Select(i => Task.Run(async () =>
        {
            for (var call = 0; ; call++)
            {
                if (call == 10) begun.Signal();
                try
                {
                    var outcome = (await caches[i % 2].SetAsync($"key-{i}", call)).Outcome;
                    if (outcome != CacheOutcome.Stored) return outcome; // Its table was the last one, and has been closed since.
                }
                catch (ObjectDisposedException)
                {
                    return CacheOutcome.Stored;
                }
            }
        })).ToList();
        Assert.True(await Task.Run(() => begun.Wait(Patience.Limit)));
        await host.StopAsync().Patiently();
        Assert.All(await Task.WhenAll(calls).Patiently(), outcome => Assert.True(outcome is CacheOutcome.Stored or CacheOutcome.Unavailable, $"{outcome}"));
    }

    [Fact]
    public async Task Bad_options_of_any_of_them_fail_the_start_and_name_it()
    {
        using var host = Hosts.Build(configuration => configuration.AddInMemoryCollection(
            [new("ConnectionStrings:carts", "c:1;read_timeout=soon"), new("ActorCache:users:MaxInFlight", "0"), new("ActorCache:Servers", "a:1"), new("ActorCache:odrers:ReadTimeout", "1s")]), services => services
            .AddKeyedActorCache("carts").AddKeyedActorCache("users").AddKeyedActorCache("orders", "o:0").AddActorCache());
        var thrown = await Assert.ThrowsAnyAsync<Exception>(() => host.StartAsync());
        var faults = (thrown is AggregateException all ? all.InnerExceptions : [thrown]).Cast<OptionsValidationException>().SelectMany(one => one.Failures).ToList();
        Assert.Contains("ActorCache \"carts\": ConnectionStrings:carts: ReadTimeout: \"soon\" is not a duration; write 500ms, 2s, 1m or 00:00:02.", faults);
        Assert.Contains("ActorCache \"users\": MaxInFlight (0) must be 1 to 65535; the default is 16384.", faults);
        Assert.Contains(faults, fault => fault.StartsWith("ActorCache \"orders\": Servers[0]: Server \"o:0\" has no port", StringComparison.Ordinal));
        Assert.Contains("ActorCache: ActorCache:odrers is neither an option nor the section of a cache; there are carts, default, orders, users.", faults);
        await host.StopAsync();
    }

    [Fact]
    public async Task Sections_of_caches_that_the_actor_system_brings_are_no_mistakes()
    {
        await using var server = EmbeddedMemcached.Start();
        using var host = Hosts.Build(configuration => configuration.AddInMemoryCollection(
            [new("ActorCache:Servers", server.Address), new("ActorCache:orders:MaxInFlight", "1"), new("ActorCache:Carts:MaxInFlight", "2"), new("ActorCache:users:MaxInFlight", "3")]), services => services
            .AddActorCache().AddAkka("app", akka => akka.WithKeyedActorCache("orders").WithKeyedActorCache("carts", server.Address)
                .AddHocon("actor-cache.instances.users { read-timeout = 5s }", HoconAddMode.Append)));
        await host.StartAsync();
        var extension = ActorCacheExtension.For(host.Services.GetRequiredService<ActorSystem>());
        foreach (var name in new[] { "default", "orders", "carts", "users" }) Assert.True((await extension.Get(name).SetAsync("key", name)).IsStored);
        Assert.Equal(4, server.ConnectionCount);
        await host.StopAsync();
    }

    [Fact]
    public void A_name_that_cannot_be_is_refused_where_it_is_given()
    {
        var services = new ServiceCollection();
        Assert.Throws<ArgumentException>(() => services.AddKeyedActorCache("default"));
        Assert.Throws<ArgumentException>(() => services.AddKeyedActorCache("a:b", "x"));
        Assert.Throws<ArgumentException>(() => services.AddKeyedActorCache("servers", _ => { }));
        Assert.Throws<ArgumentException>(() => services.AddKeyedActorCache("", new ConfigurationBuilder().Build()));
        Assert.Empty(services);
    }

    private sealed record Consumer(IActorCache Cache, [FromKeyedServices("orders")] IActorCache Orders, [FromKeyedServices("orders")] IActorCacheMonitor OrdersMonitor);

    private sealed class Asker : ReceiveActor
    {
        public Asker([FromKeyedServices("orders")] IRequiredActor<ActorCacheGateway> orders) => ReceiveAny(_ => Sender.Tell(orders.ActorRef));
    }
}
