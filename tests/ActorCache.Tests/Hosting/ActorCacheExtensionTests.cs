using Akka.Actor;
using Microsoft.Extensions.Options;

namespace ActorCache.Tests;

/// <summary>Caches in an actor system by name. What hosts do with it is tested end to end.</summary>
public class ActorCacheExtensionTests() : ActorTest(hocon: """
    actor-cache.instances {
      wrong { servers = ["a:0"], read-timeout = often }
      "orders.eu" { servers = ["127.0.0.1:1"] }
    }
    """)
{
    [Fact]
    public async Task A_cache_is_made_once_a_name_and_anew_after_its_shutdown()
    {
        var first = await RunningCache.StartAsync(Sys, "a");
        Assert.Same(first.Runtime, RunningCache.Start(Sys, "other").Runtime);
        var orders = await RunningCache.StartAsync(Sys, "a", "orders");
        Assert.NotSame(first.Runtime, orders.Runtime);
        Assert.Equal(("default", "orders"), (first.Runtime.Client.Name, orders.Runtime.Client.Name));

        await first.Runtime.ShutDownAsync().Soon();
        var second = await RunningCache.StartAsync(Sys, "b");
        second.Connections["b:11211"].Answers = _ => "HD";
        Assert.True((await second.Runtime.Client.SetAsync("key", "v").Soon()).IsStored);
        orders.Connections["a:11211"].Answers = _ => "HD";
        Assert.True((await orders.Runtime.Client.SetAsync("key", "v").Soon()).IsStored);
    }

    [Fact]
    public async Task A_cache_begun_while_its_predecessor_is_ending_runs()
    {
        for (var i = 0; i < 10; i++)
        {
            var cache = await RunningCache.StartAsync(Sys, "a");
            _ = cache.Runtime.ShutDownAsync();
        }
    }

    [Fact]
    public void Wrong_hocon_is_refused_with_every_fault()
    {
        var refused = Assert.Throws<OptionsValidationException>(() => ActorCacheExtension.For(Sys).Get("wrong"));
        Assert.Equal("wrong", refused.OptionsName);
        Assert.Equal(2, refused.Failures.Count());
    }

    [Fact]
    public async Task The_gateway_of_a_cache_in_hocon_is_found_by_its_name_dots_and_all()
    {
        var extension = ActorCacheExtension.For(Sys);
        var gateway = await extension.GatewayAsync("orders.eu").Soon();
        Assert.Equal("/system/actor-cache/orders.eu/gateway", gateway.Path.ToStringWithoutAddress());
        Assert.Equal("127.0.0.1:1", Assert.Single(extension.Get("orders.eu").Monitor.Current.Servers).Name);
        Assert.False(Akka.Hosting.ActorRegistry.For(Sys).TryGet<ActorCacheGateway>(out _));
    }

    [Fact]
    public void No_server_in_hocon_is_refused_by_that_name() =>
        Assert.Contains("Servers is empty",
            Assert.Throws<OptionsValidationException>(() => ActorCacheExtension.For(Sys).Get()).Message, StringComparison.Ordinal);

    [Fact]
    public async Task The_extension_is_one_a_system_and_refuses_none()
    {
        Assert.Same(ActorCacheExtension.For(Sys), ActorCacheExtension.For(Sys));
        Assert.Throws<ArgumentNullException>(() => ActorCacheExtension.For(null!));
        var bare = ActorSystem.Create("bare");
        Assert.Equal(TimeSpan.FromMilliseconds(500), ActorCacheExtension.For(bare).OptionsFromHocon("default").ReadTimeout);
        Assert.Equal("ketama", bare.Settings.Config.GetString("actor-cache.default.distribution"));
        await bare.Terminate().Soon();
    }
}
