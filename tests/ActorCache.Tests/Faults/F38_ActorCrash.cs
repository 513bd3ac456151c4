using ActorCache.EmbeddedServer;
using Akka.Actor;
using Microsoft.Extensions.Logging.Abstractions;

namespace ActorCache.Tests.Faults;

/// <summary>F38: an actor throws in the middle of its work. Calls in flight end, nobody who asks is left without an answer, and the tree heals.</summary>
public class F38_ActorCrash() : ActorTest
{
    private const string Tree = "/system/actor-cache/default";

    [Fact]
    public async Task A_connection_actor_that_throws_ends_its_calls_and_is_followed_by_another()
    {
        await using var server = EmbeddedMemcached.Start();
        var cache = await StartAsync(server.Address);
        var stall = server.Faults.Add(Fault.Stall());
        var gateway = await cache.Gateway.Soon();
        var calls = Enumerable.Range(0, 50).Select(n => cache.Client.GetAsync<string>($"key:{n}").AsTask()).ToList();
        var counts = Enumerable.Range(0, 50).Select(n => cache.Client.IncrementAsync($"count:{n}").AsTask()).ToList();
        var asks = Enumerable.Range(0, 50).Select(n => gateway.Ask<GetReply>(new CacheProtocol.Get($"key:{n}"), Patience.Limit)).ToList();
        // Behind these the calls have all been sent.
        Assert.IsType<ControlReply.Done>(await gateway.Ask<ControlReply>(new ControlProtocol.GetStatus(), Patience.Limit));

        Sys.ActorSelection($"{Tree}/servers/*/connection").Tell(new AnnounceConnections(null!)); // a defect of ours
        foreach (var call in calls) Assert.Equal(CacheOutcome.Unavailable, (await call.Soon()).Outcome);
        foreach (var count in counts)
        {
            var counted = await count.Soon();
            Assert.Equal((CacheOutcome.Unavailable, true), (counted.Outcome, counted.MayHaveBeenApplied));
        }
        foreach (var ask in asks) Assert.Equal(CacheOutcome.Unavailable, Assert.IsType<GetReply.Unavailable>(await ask.Soon()).Outcome);

        stall.Remove();
        await UntilItServes(cache);
    }

    [Fact]
    public async Task A_router_that_throws_again_and_again_leaves_calls_their_last_table_and_goes_on_deciding()
    {
        await using var server = EmbeddedMemcached.Start();
        var cache = await StartAsync(server.Address);
        var gateway = await cache.Gateway.Soon();
        for (var crash = 0; crash < 20; crash++)
        {
            Sys.ActorSelection($"{Tree}/router").Tell(new ConnectionReport.AttemptFailed(server.Address, null!)); // a defect of ours
            Assert.Equal(CacheOutcome.Miss, (await cache.Client.GetAsync<string>("key").Soon()).Outcome);
            Assert.IsType<ControlReply.Done>(await gateway.Ask<ControlReply>(new ControlProtocol.GetStatus(), Patience.Limit));
        }
        server.DropConnections();
        await UntilItServes(cache);
    }

    [Fact]
    public async Task A_servers_actor_that_throws_again_and_again_dials_what_it_had()
    {
        await using var server = EmbeddedMemcached.Start();
        var cache = await StartAsync(server.Address);
        for (var crash = 0; crash < 5; crash++)
        {
            var before = cache.Routes.Table.Servers[0].Live!;
            Sys.ActorSelection($"{Tree}/servers").Tell(new SetServers(null!)); // a defect of ours
            await before.Completion.Soon();
            await UntilItServes(cache);
        }
    }

    [Fact]
    public async Task A_crash_of_every_actor_at_once_heals()
    {
        await using var server = EmbeddedMemcached.Start();
        var cache = await StartAsync(server.Address);
        var before = cache.Routes.Table.Servers[0].Live!;
        Sys.ActorSelection($"{Tree}/servers").Tell(new SetServers(null!));
        Sys.ActorSelection($"{Tree}/router").Tell(new ConnectionReport.AttemptFailed(server.Address, null!));
        Sys.ActorSelection($"{Tree}/servers/*/connection").Tell(new AnnounceConnections(null!));
        await before.Completion.Soon();
        await UntilItServes(cache);
        Assert.IsType<ControlReply.Done>(await (await cache.Gateway.Soon()).Ask<ControlReply>(new ControlProtocol.GetStatus(), Patience.Limit));
    }

    private async Task<CacheRuntime> StartAsync(string server)
    {
        var cache = ActorCacheExtension.For(Sys).GetOrStart(ActorCacheExtension.DefaultName, () => new ActorCacheOptions
        {
            Servers = [server],
            RetryDelay = TimeSpan.FromMilliseconds(10),
            MaxRetryDelay = TimeSpan.FromMilliseconds(50),
            ReadTimeout = TimeSpan.FromMinutes(1),
            OperationTimeout = TimeSpan.FromMinutes(1),
            ServerMaxRetry = 1000,
        }, NullLoggerFactory.Instance, TimeProvider.System);
        await UntilItServes(cache);
        return cache;
    }

    private static async Task UntilItServes(CacheRuntime cache)
    {
        using var patience = new CancellationTokenSource(Patience.Limit);
        while ((await cache.Client.GetAsync<string>("key").Soon()).Outcome != CacheOutcome.Miss)
        {
            patience.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }
}
