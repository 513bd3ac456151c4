using System.Threading.Channels;
using ActorCache.TestServers;
using Akka.Actor;

namespace ActorCache.EndToEnd.Tests.AskDoor;

/// <summary>An operator takes servers off the ring, puts them back, adds and removes some, and keys move accordingly: those that must, no others.</summary>
public sealed class ControlProtocolTests
{
    [Theory]
    [InlineData(ServerKind.Embedded)]
    [InlineData(ServerKind.Memcached)]
    public async Task Ejecting_a_server_moves_its_keys_alone_and_reinstating_it_brings_them_back(ServerKind kind)
    {
        await using var app = await App.StartAsync(kind);
        string[] keys = [.. app.Servers.SelectMany(server => app.KeysOf(server, 20))];
        foreach (var key in keys) await app.Cache.SetAsync(key, key);
        var victim = app.Servers[1].Address;

        var ejected = Assert.IsType<ControlReply.Done>(await app.Ask<ControlReply>(new ControlProtocol.Eject(victim)));
        Assert.Equal(ServerState.Down, ejected.Status.Servers.Single(server => server.Name == victim).State);
        Assert.Equal(ejected.Status.TableVersion, (await app.Log.Next<ServerEvent.Ejected>(victim)).TableVersion);
        foreach (var key in keys)
        {
            var route = app.Cache.Monitor.Explain(key);
            var read = await app.Cache.GetAsync<string>(key);
            Assert.Equal(route.Owner == victim ? (CacheOutcome.Miss, route.StandIn) : (CacheOutcome.Hit, route.Owner), (read.Outcome, read.Server));
        }
        // It is well, and stays out all the same.
        Assert.IsType<ControlReply.Done>(await app.Ask<ControlReply>(new ControlProtocol.Eject(victim)));

        var reinstated = Assert.IsType<ControlReply.Done>(await app.Ask<ControlReply>(new ControlProtocol.Reinstate(victim)));
        Assert.All(reinstated.Status.Servers, server => Assert.Equal(ServerState.Up, server.State));
        await app.Log.Next<ServerEvent.Reinstated>(victim);
        foreach (var key in keys) Assert.Equal(key, (await app.Cache.GetAsync<string>(key)).Value);
    }

    [Theory]
    [InlineData(ServerKind.Embedded)]
    [InlineData(ServerKind.Memcached)]
    public async Task An_ejected_server_that_is_restarted_stays_out_until_it_is_reinstated(ServerKind kind)
    {
        await using var app = await App.StartAsync(kind);
        var victim = app.Servers[0];
        await app.Ask<ControlReply>(new ControlProtocol.Eject(victim.Address));
        victim.Kill();
        await DialledInVain().Patiently();
        // Reinstated while it is dead it must not serve, and when it is back it must.
        Assert.IsType<ControlReply.Done>(await app.Ask<ControlReply>(new ControlProtocol.Reinstate(victim.Address)));
        var key = app.KeysOf(victim, 1)[0];
        Assert.True((await app.Cache.SetAsync(key, "value")).IsStored);
        victim.Restart();
        await app.Log.Until(victim.Address, ServerState.Up);
        await Patience.Until(() => app.Cache.SetAsync(key, "value"), stored => stored.Server == victim.Address);

        // What happens to a server that is out anyway is no event; so ask until it shows.
        async Task DialledInVain()
        {
            while ((await app.Ask<ControlReply.Done>(new ControlProtocol.GetStatus())).Status.Servers[0].FailedAttempts == 0)
            {
            }
        }
    }

    [Theory]
    [InlineData(ServerKind.Embedded)]
    [InlineData(ServerKind.Memcached)]
    public async Task A_server_that_is_added_takes_its_share_of_the_keys_and_leaves_with_it(ServerKind kind)
    {
        await using var app = await App.StartAsync(kind);
        using var added = CacheServer.Start(kind);
        string[] three = [.. app.Servers.Select(server => server.Address)];
        string[] keys = [.. Enumerable.Range(0, 300).Select(n => $"key:{n}")];
        foreach (var key in keys) await app.Cache.SetAsync(key, key);
        var before = keys.ToDictionary(key => key, key => app.Cache.Monitor.Explain(key).Owner);
        var fingerprint = app.Cache.Monitor.Current.RingFingerprint;

        var done = Assert.IsType<ControlReply.Done>(await app.Ask<ControlReply>(new ControlProtocol.SetTopology([.. three, added.Address])));
        Assert.Equal([.. three, added.Address], done.Status.Servers.Select(server => server.Name));
        Assert.NotEqual(fingerprint, done.Status.RingFingerprint);
        var change = await app.Log.Next<ServerEvent.TopologyChanged>();
        Assert.Equal([added.Address], change.Added);
        Assert.Empty(change.Removed);

        // Its first calls wait for its first dial; nobody else's keys have moved.
        var moved = 0;
        foreach (var key in keys)
        {
            var read = await app.Cache.GetAsync<string>(key);
            var owner = app.Cache.Monitor.Explain(key).Owner;
            if (owner == added.Address) moved++;
            else Assert.Equal(before[key], owner);
            Assert.Equal(owner == added.Address ? CacheOutcome.Miss : CacheOutcome.Hit, read.Outcome);
            Assert.Equal(owner, read.Server);
        }
        Assert.InRange(moved, 1, keys.Length / 2);

        await app.Ask<ControlReply>(new ControlProtocol.SetTopology(three));
        change = await app.Log.Next<ServerEvent.TopologyChanged>();
        Assert.Equal([added.Address], change.Removed);
        Assert.Equal(fingerprint, app.Cache.Monitor.Current.RingFingerprint);
        foreach (var key in keys) Assert.Equal(key, (await app.Cache.GetAsync<string>(key)).Value);
        Assert.DoesNotContain(app.Log.Events, happened => happened is ServerEvent.Suspected);
    }

    [Theory]
    [InlineData(ServerKind.Embedded)]
    [InlineData(ServerKind.Memcached)]
    public async Task Servers_come_and_go_under_load_and_no_call_fails(ServerKind kind)
    {
        await using var app = await App.StartAsync(kind);
        string[] all = [.. app.Servers.Select(server => server.Address)];
        var load = await Failover.Load.StartAsync(app.Cache, [.. Enumerable.Range(0, 100).Select(n => $"key:{n}")], callers: 32);
        for (var round = 0; round < 10; round++)
        {
            Assert.IsType<ControlReply.Done>(await app.Ask<ControlReply>(new ControlProtocol.SetTopology([.. all.Where((_, n) => n != round % 3)])));
            await load.Calls(200);
            Assert.IsType<ControlReply.Done>(await app.Ask<ControlReply>(new ControlProtocol.SetTopology(all)));
            await load.Calls(200);
        }
        (await load.StopAsync()).IsFlawless();
        Assert.All(app.Cache.Monitor.Current.Servers, server => Assert.Equal((ServerState.Up, false), (server.State, server.AwaitsFlush)));
    }

    [Theory]
    [InlineData(ServerKind.Embedded)]
    [InlineData(ServerKind.Memcached)]
    public async Task A_pool_gives_way_to_another_and_comes_again_under_load_and_no_call_fails(ServerKind kind)
    {
        await using var app = await App.StartAsync(kind);
        using var green = CacheServer.Start(kind);
        string[] blue = [.. app.Servers.Select(server => server.Address)];
        var load = await Failover.Load.StartAsync(app.Cache, [.. Enumerable.Range(0, 100).Select(n => $"key:{n}")], callers: 32);
        for (var round = 0; round < 5; round++)
        {
            Assert.IsType<ControlReply.Done>(await app.Ask<ControlReply>(new ControlProtocol.SetTopology([green.Address])));
            await load.Calls(200);
            Assert.IsType<ControlReply.Done>(await app.Ask<ControlReply>(new ControlProtocol.SetTopology(blue)));
            await load.Calls(200);
        }
        (await load.StopAsync()).IsFlawless();
    }

    [Fact]
    public async Task A_pool_that_comes_again_serves_nothing_of_what_it_held_before()
    {
        await using var app = await App.StartAsync(ServerKind.Memcached);
        using var green = CacheServer.Start(ServerKind.Memcached);
        string[] blue = [.. app.Servers.Select(server => server.Address)];
        string[] keys = [.. Enumerable.Range(0, 100).Select(n => $"key:{n}")];
        foreach (var key in keys) await app.Cache.SetAsync(key, "blue");
        await app.Ask<ControlReply>(new ControlProtocol.SetTopology([green.Address]));
        foreach (var key in keys) await app.Cache.SetAsync(key, "green");
        await app.Ask<ControlReply>(new ControlProtocol.SetTopology(blue));
        foreach (var key in keys) Assert.Equal(CacheOutcome.Miss, (await app.Cache.GetAsync<string>(key)).Outcome);
        await app.Ask<ControlReply>(new ControlProtocol.SetTopology([green.Address]));
        foreach (var key in keys) Assert.Equal(CacheOutcome.Miss, (await app.Cache.GetAsync<string>(key)).Outcome);
    }

    [Fact]
    public async Task Every_server_may_be_replaced_at_once()
    {
        await using var app = await App.StartAsync(ServerKind.Embedded);
        using var other = CacheServer.Start(ServerKind.Embedded);
        Assert.IsType<ControlReply.Done>(await app.Ask<ControlReply>(new ControlProtocol.SetTopology([$"{other.Address}*3"])));
        Assert.Equal(other.Address, (await app.Cache.SetAsync("key", "value")).Server);
        Assert.Equal(3, Assert.Single(app.Cache.Monitor.Current.Servers).Weight);
    }

    [Fact]
    public async Task A_wrong_request_is_refused_with_the_reason_and_changes_nothing()
    {
        await using var app = await App.StartAsync(ServerKind.Embedded);
        var version = app.Cache.Monitor.Current.TableVersion;
        foreach (object wrong in (object[])
        [
            new ControlProtocol.Eject("nobody:1"),
            new ControlProtocol.Reinstate("nobody:1"),
            new ControlProtocol.SetTopology([]),
            new ControlProtocol.SetTopology(["a:1", "a:1"]),
            new ControlProtocol.SetTopology(["a:0"]),
            new ControlProtocol.SetTopology([null!]),
            new ControlProtocol.SetTopology(null!),
        ])
        {
            var refused = Assert.IsType<ControlReply.Refused>(await app.Ask<ControlReply>(wrong));
            Assert.NotEmpty(refused.Why);
        }
        Assert.Contains(app.Servers[0].Address, Assert.IsType<ControlReply.Refused>(await app.Ask<ControlReply>(new ControlProtocol.Eject("nobody:1"))).Why,
            StringComparison.Ordinal);
        Assert.Equal(version, app.Cache.Monitor.Current.TableVersion);
    }

    [Fact]
    public async Task The_status_says_how_every_server_is()
    {
        await using var app = await App.StartAsync(ServerKind.Embedded);
        app.Servers[2].Kill();
        await app.Log.Next<ServerEvent.Ejected>(app.Servers[2].Address);
        var status = Assert.IsType<ControlReply.Done>(await app.Ask<ControlReply>(new ControlProtocol.GetStatus())).Status;

        Assert.Equal("default", status.Cache);
        Assert.Equal("ketama", status.Distribution);
        Assert.Equal(16, status.RingFingerprint.Length);
        Assert.Equal([ServerState.Up, ServerState.Up, ServerState.Down], status.Servers.Select(server => server.State));
        Assert.Equal(1, status.Servers.Sum(server => server.Share), 3);
        Assert.NotNull(status.Servers[2].Cause);
        Assert.InRange(status.Servers[2].FailedAttempts, 3, int.MaxValue);
        Assert.Null(status.Servers[0].Cause);
    }

    [Fact]
    public async Task Actors_of_the_application_hear_of_events_on_its_event_stream()
    {
        await using var app = await App.StartAsync(ServerKind.Embedded);
        var heard = Channel.CreateUnbounded<ServerEvent>();
        var listener = app.System.ActorOf(Props.Create(() => new Listener(heard)));
        await listener.Ask<bool>("listening?", Patience.Limit);

        app.Servers[0].Kill();
        Assert.IsType<ServerEvent.Suspected>(await heard.Reader.ReadAsync().Patiently());
        Assert.IsType<ServerEvent.Ejected>(await heard.Reader.ReadAsync().Patiently());
        app.Servers[0].Restart();
        var last = await heard.Reader.ReadAsync().Patiently();
        Assert.Equal(("default", app.Servers[0].Address), (Assert.IsType<ServerEvent.Reinstated>(last).Cache, last.Server));
    }

    private sealed class Listener : ReceiveActor
    {
        public Listener(Channel<ServerEvent> heard)
        {
            Context.System.EventStream.Subscribe(Self, typeof(ServerEvent));
            Receive<ServerEvent>(happened => heard.Writer.TryWrite(happened));
            Receive<string>(_ => Sender.Tell(true));
        }
    }
}
