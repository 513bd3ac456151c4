using ActorCache.EmbeddedServer;
using Akka.Actor;
using Akka.Hosting;
using Akka.Pattern;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace ActorCache.EndToEnd.Tests.Hosting;

/// <summary>The cache in a host that has an actor system of its own, or none: in whatever way it is added, there is one of it.</summary>
public sealed class AkkaTests
{
    [Theory]
    [InlineData("cache, akka")]
    [InlineData("akka, cache")]
    [InlineData("cache, akka with cache")]
    [InlineData("akka with cache, cache")]
    [InlineData("akka with cache by connection string")]
    [InlineData("akka with cache by HOCON")]
    public async Task However_it_is_added_there_is_one_tree_in_the_applications_own_system(string how)
    {
        await using var server = EmbeddedMemcached.Start();
        using var host = Hosts.Build(services =>
        {
            foreach (var part in how.Split(", ")) Add(services, part, server.Address);
        });
        await host.StartAsync();

        var system = host.Services.GetRequiredService<ActorSystem>();
        Assert.Equal("app", system.Name);
        var cache = host.Services.GetService<IActorCache>() ?? ActorCacheExtension.For(system).Get();
        await new EventLog(cache.Monitor).UntilAllServe();
        Assert.Same(cache, ActorCacheExtension.For(system).Get());
        Assert.Equal(1, server.ConnectionCount);

        // Whoever asks for the gateway gets the same one, and it is the one in the tree.
        var gateway = await system.ActorSelection("/system/actor-cache/default/gateway").ResolveOne(Patience.Limit);
        Assert.Equal(gateway, ActorRegistry.For(system).Get<ActorCacheGateway>());
        Assert.Equal(gateway, await host.Services.GetRequiredService<IRequiredActor<ActorCacheGateway>>().GetAsync());
        Assert.Equal(gateway, host.Services.GetRequiredService<ActorRegistry>().Get<ActorCacheGateway>());

        // Both doors lead to the same place.
        Assert.True((await cache.SetAsync("key", "value")).IsStored);
        Assert.Equal("value"u8.ToArray(), Assert.IsType<GetReply.Hit>(await gateway.Ask<GetReply>(new CacheProtocol.Get("key"), Patience.Limit)).Value);
        Assert.Equal(1, server.ConnectionCount);
        await host.StopAsync();
    }

    [Fact]
    public async Task Without_Akka_it_brings_its_own_system_and_registers_none()
    {
        await using var server = EmbeddedMemcached.Start();
        using var host = Hosts.Build(services => services.AddActorCache(server.Address + Hosts.Patient));
        await host.StartAsync();
        var cache = host.Services.GetRequiredService<IActorCache>();
        await new EventLog(cache.Monitor).UntilAllServe();
        Assert.Null(host.Services.GetService<ActorSystem>());
        Assert.Same(cache, host.Services.GetRequiredService<IActorCache>());
        Assert.Same(cache.Monitor, host.Services.GetRequiredService<IActorCacheMonitor>());
        Assert.Equal("default", cache.Name);
        Assert.Equal(1, server.ConnectionCount);
        await host.StopAsync();
    }

    [Fact]
    public async Task Added_twice_it_is_one_cache_with_the_options_of_both()
    {
        await using var server = EmbeddedMemcached.Start();
        using var host = Hosts.Build(services => services.AddActorCache("other:1;max_in_flight=5").AddActorCache(server.Address + Hosts.Patient));
        await host.StartAsync();
        Assert.Single(host.Services.GetServices<IActorCache>());
        await new EventLog(host.Services.GetRequiredService<IActorCache>().Monitor).UntilAllServe();
        Assert.Equal(1, server.ConnectionCount);
        await host.StopAsync();
    }

    [Fact]
    public async Task A_borrowed_system_that_Akka_Hosting_knows_nothing_of_outlives_the_host()
    {
        await using var server = EmbeddedMemcached.Start();
        var system = ActorSystem.Create("borrowed");
        for (var hosted = 0; hosted < 2; hosted++)
        {
            using var host = Hosts.Build(services => services.AddSingleton(system).AddActorCache(server.Address + Hosts.Patient));
            await host.StartAsync();
            var cache = host.Services.GetRequiredService<IActorCache>();
            Assert.True((await cache.SetAsync("key", "value")).IsStored);
            await system.ActorSelection("/system/actor-cache/default/router").ResolveOne(Patience.Limit);

            await host.StopAsync();
            await ((IAsyncDisposable)host).DisposeAsync();
            Assert.False(system.WhenTerminated.IsCompleted);
            await Assert.ThrowsAsync<ActorNotFoundException>(() =>
                system.ActorSelection("/system/actor-cache/default").ResolveOne(TimeSpan.FromSeconds(1)));
            Assert.Throws<ObjectDisposedException>(() => { _ = cache.GetAsync<string>("key").AsTask(); });
        }
        await system.Terminate().Patiently();
    }

    [Fact]
    public async Task A_connection_that_has_proven_itself_starts_the_pauses_over()
    {
        await using var server = EmbeddedMemcached.Start();
        using var host = Hosts.Build(services => services.AddAkka("app", akka => akka
            .AddHocon("akka.actor.serialize-messages = on", HoconAddMode.Prepend)
            .WithActorCache($"{server.Address}{Hosts.Patient};retry_delay=20ms;max_retry_delay=1h;proven_after=1ms")));
        await host.StartAsync();
        var system = host.Services.GetRequiredService<ActorSystem>();
        var log = new EventLog(ActorCacheExtension.For(system).Get().Monitor);
        await log.UntilAllServe();
        var supervisor = system.ActorSelection("/system/actor-cache/default/servers/*");

        // Without a fresh start the twentieth pause would be hours long.
        for (var loss = 0; loss < 20; loss++)
        {
            server.DropConnections();
            await log.Next<ServerEvent.Suspected>(server.Address);
            await log.UntilAllServe();
            await RestartsForgotten().Patiently();
        }
        await host.StopAsync();

        async Task RestartsForgotten()
        {
            while ((await supervisor.Ask<BackoffSupervisor.RestartCount>(BackoffSupervisor.GetRestartCount.Instance, Patience.Limit)).Count > 0)
            {
            }
        }
    }

    [Fact]
    public async Task A_cache_of_its_own_name_comes_from_HOCON_and_stands_beside_the_default_one()
    {
        await using var one = EmbeddedMemcached.Start();
        await using var other = EmbeddedMemcached.Start();
        using var host = Hosts.Build(services => services.AddAkka("app", akka => akka
            .AddHocon($$"""
                actor-cache.default { servers = ["{{one.Address}}"], connect_timeout = 5s, read_timeout = 5s, operation_timeout = 20s }
                actor-cache.instances.orders { servers = "{{other.Address}}" }
                """, HoconAddMode.Append)
            .WithActorCache()));
        await host.StartAsync();
        var extension = ActorCacheExtension.For(host.Services.GetRequiredService<ActorSystem>());
        var (byDefault, orders) = (extension.Get(), extension.Get("orders"));
        Assert.Equal(("default", "orders"), (byDefault.Name, orders.Name));
        Assert.Equal(one.Address, (await byDefault.SetAsync("key", "1")).Server);
        Assert.Equal(other.Address, (await orders.SetAsync("key", "2")).Server);
        Assert.Equal("1", (await byDefault.GetAsync<string>("key")).Value);

        // Each announces its own.
        var (log, ordersLog) = (new EventLog(byDefault.Monitor), new EventLog(orders.Monitor));
        other.Kill();
        await ordersLog.Next<ServerEvent.NoServerAlive>();
        Assert.Equal("1", (await byDefault.GetAsync<string>("key")).Value);
        Assert.DoesNotContain(log.Events, happened => happened.Cache != "default");
        await host.StopAsync();
    }

    private static void Add(IServiceCollection services, string part, string server) => _ = part switch
    {
        "cache" => services.AddActorCache(server + Hosts.Patient),
        "akka" => services.AddAkka("app", _ => { }),
        "akka with cache" => services.AddAkka("app", akka => akka.WithActorCache()),
        "akka with cache by connection string" => services.AddAkka("app", akka => akka.WithActorCache(server + Hosts.Patient)),
        "akka with cache by HOCON" => services.AddAkka("app", akka => akka
            .AddHocon($"actor-cache.default {{ servers = [\"{server}\"], connect_timeout = 5s, read_timeout = 5s }}", HoconAddMode.Append)
            .WithActorCache()),
        _ => throw new ArgumentException(part, nameof(part)),
    };
}
