using ActorCache.Transport;
using Akka.Actor;
using Akka.Event;
using Akka.Hosting;

namespace ActorCache.Tests;

/// <summary>The tree of one cache: who is in it, what a crash in it costs, and how it ends.</summary>
public class CacheGuardianTests() : ActorTest
{
    [Fact]
    public async Task Its_children_stand_where_the_design_says()
    {
        var cache = await RunningCache.StartAsync(Sys, "a");
        foreach (var name in new[] { "router", "servers", "gateway", "monitor" })
            Assert.EndsWith($"/system/actor-cache/default/{name}", (await At($"/system/actor-cache/default/{name}")).Path.ToString(), StringComparison.Ordinal);
        await Sys.ActorSelection("/system/actor-cache/default/servers/a:11211~1/connection").ResolveOne(Patience.Limit);
        Assert.Equal(await cache.Runtime.Gateway.Soon(), await At("/system/actor-cache/default/gateway"));
        Assert.Equal(await cache.Runtime.Gateway, await ActorRegistry.For(Sys).GetAsync<ActorCacheGateway>().Soon());
    }

    [Fact]
    public async Task A_name_that_is_no_path_is_escaped()
    {
        await RunningCache.StartAsync(Sys, "a", name: "orders / eu");
        await At("/system/actor-cache/orders%20%2F%20eu/router");
    }

    [Fact]
    public async Task A_crashing_connection_actor_takes_neither_the_router_nor_its_siblings_along()
    {
        var errors = CreateTestProbe();
        var cache = await RunningCache.StartAsync(Sys, "a,b");
        var router = await At("/system/actor-cache/default/router");
        Sys.EventStream.Subscribe(errors, typeof(Error));
        var (a, b) = (cache.Connections["a:11211"], cache.Connections["b:11211"]);

        a.Die(AttemptEnd.Unanswered, CloseReason.Faulted);
        Assert.Contains("/connection", (await errors.ExpectMsgAsync<Error>()).LogSource, StringComparison.Ordinal);
        var again = await cache.Connector.NextAsync();
        Assert.Equal("a:11211", again.Server.Name);
        var second = again.Accept();
        await cache.UntilAsync(table => table.Find("a:11211")!.Live == second);

        Assert.Same(b, cache.Runtime.Routes.Table.Find("b:11211")!.Live);
        Assert.False(b.Completion.IsCompleted);
        Assert.Equal(router, await At("/system/actor-cache/default/router"));
        await errors.ExpectNoMsgAsync(TimeSpan.Zero);
    }

    [Fact]
    public async Task A_crashing_router_is_restarted_while_calls_go_on_with_the_last_table()
    {
        var cache = await RunningCache.StartAsync(Sys, "a");
        var router = await At("/system/actor-cache/default/router");
        var connection = cache.Connections["a:11211"];
        router.Tell(new ConnectionReport.AttemptFailed("a:11211", null!));
        connection.Answers = _ => "EN";
        Assert.Equal(CacheOutcome.Miss, (await cache.Runtime.Client.GetAsync<string>("key").Soon()).Outcome);
        await Settled(router);
        Assert.Same(connection, cache.Runtime.Routes.Table.Find("a:11211")!.Live);
        Assert.IsType<ControlReply.Done>(await (await cache.Runtime.Gateway).Ask<ControlReply>(new ControlProtocol.GetStatus()).Soon());
    }

    [Fact]
    public async Task A_crash_of_the_servers_actor_is_healed_by_new_connections()
    {
        var cache = await RunningCache.StartAsync(Sys, "a");
        var first = cache.Connections["a:11211"];
        (await At("/system/actor-cache/default/servers")).Tell(new SetServers(null!)); // a defect of ours
        await first.Completion.Soon();
        var second = (await cache.Connector.NextAsync()).Accept();
        await cache.UntilAsync(table => table.Find("a:11211")!.Live == second);
    }

    [Fact]
    public async Task A_server_set_by_an_operator_is_dialled_and_one_taken_away_is_closed()
    {
        var cache = await RunningCache.StartAsync(Sys, "a");
        var gateway = await cache.Runtime.Gateway;
        var done = gateway.Ask<ControlReply.Done>(new ControlProtocol.SetTopology(["b"]));
        var dial = await cache.Connector.NextAsync();
        Assert.Equal("b:11211", dial.Server.Name);
        Assert.False(cache.Connections["a:11211"].Completion.IsCompleted);
        var b = dial.Accept();
        b.Answers = _ => "HD";
        Assert.Equal(ServerState.Up, Assert.Single((await done.Soon()).Status.Servers).State);
        Assert.Equal(CloseReason.Closed, (await cache.Connections["a:11211"].Completion.Soon()).Reason);
        Assert.Equal(new StoreReply.Stored("key", "b:11211"), await gateway.Ask<StoreReply>(new CacheProtocol.Set("key", default)).Soon());
    }

    private async Task<IActorRef> At(string path) => await Sys.ActorSelection(path).ResolveOne(Patience.Limit);
}
