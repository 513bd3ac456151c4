using ActorCache.Transport;
using Akka.Actor;
using Akka.TestKit;

namespace ActorCache.Tests;

/// <summary>Another topology: connect first, then publish, then let go of those who have left; whatever happens in between.</summary>
public class RouterActorTopologyTests : ActorTest
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromMilliseconds(500);
    private static readonly ConnectionClosed Gone = new(CloseReason.Lost, "gone");
    private readonly Pool _pool = new("a", "b");
    private readonly TestProbe _servers;
    private readonly IActorRef _router;

    public RouterActorTopologyTests() : base(holdTime: true)
    {
        _servers = CreateTestProbe();
        _router = CreateTestProbe().ChildActorOf(
            RouterActor.Props(Pool.Name, _pool.Routes, _pool.Journal, _pool.Transitions, ConnectTimeout, _servers, _pool.Time), SupervisorStrategy.DefaultStrategy);
    }

    [Fact]
    public async Task What_adds_nobody_is_published_at_once()
    {
        var asker = await Ask("b");
        Assert.Equal(["b"], await Done(asker));
        Assert.Equal((true, true), (await Servers("a", "b"), await Servers("b")));
    }

    [Fact]
    public async Task A_server_that_cannot_be_reached_joins_off_the_ring()
    {
        var asker = await Ask("a", "b", "c");
        _router.Tell(new ConnectionReport.AttemptFailed("c:11211", Gone));
        Assert.Equal(["a", "b", "c"], await Done(asker));
        Assert.Equal(ServerState.Down, _pool.Table.Find("c:11211")!.Health.State);
        Assert.Equal(2, _pool.Table.Living.Count);
    }

    [Fact]
    public async Task A_server_that_gives_no_word_joins_off_the_ring_after_two_connect_timeouts()
    {
        var asker = await Ask("a", "b", "c");
        Clock.Advance(2 * ConnectTimeout - TimeSpan.FromMilliseconds(1));
        await Settled(_router);
        Assert.Null(_pool.Table.Find("c:11211"));
        Clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(["a", "b", "c"], await Done(asker));
        Assert.Equal(ServerState.Down, _pool.Table.Find("c:11211")!.Health.State);
    }

    [Fact]
    public async Task It_waits_for_every_server_that_joins()
    {
        var asker = await Ask("a", "c", "d");
        Up("c");
        await Settled(_router);
        Assert.Null(_pool.Table.Find("c:11211"));
        Up("d");
        Assert.Equal(["a", "c", "d"], await Done(asker));
        Assert.All(_pool.Table.Servers, server => Assert.Equal(ServerState.Up, server.Health.State));
    }

    [Fact]
    public async Task A_connection_that_is_lost_while_others_are_awaited_is_not_published()
    {
        var asker = await Ask("a", "c", "d");
        var c = Up("c");
        _router.Tell(new ConnectionReport.ServerDown("c:11211", c, Gone));
        Up("d");
        await Done(asker);
        Assert.Equal((ServerState.Down, null), (_pool.Table.Find("c:11211")!.Health.State, _pool.Table.Find("c:11211")!.Live));
    }

    [Fact]
    public async Task What_happens_to_the_others_meanwhile_is_published_meanwhile()
    {
        var asker = await Ask("a", "b", "c");
        _router.Tell(new ConnectionReport.ServerDown("a:11211", _pool["a"], Gone));
        await Settled(_router);
        Assert.Equal(ServerState.Suspect, _pool.Table.Find("a:11211")!.Health.State);
        Up("c");
        await Done(asker);
        Assert.Equal(ServerState.Suspect, _pool.Table.Find("a:11211")!.Health.State);
        Assert.Equal(ServerState.Up, _pool.Table.Find("c:11211")!.Health.State);
    }

    [Fact]
    public async Task Two_topologies_one_after_the_other_are_both_published()
    {
        var first = await Ask("a", "b", "c");
        Up("c");
        await Done(first);
        var second = await Ask("a", "b");
        Assert.Equal(["a", "b"], await Done(second));
        Assert.True(await Servers("a", "b", "c") && await Servers("a", "b", "c") && await Servers("a", "b", "c") && await Servers("a", "b"));
    }

    [Fact]
    public async Task A_server_that_refuses_us_when_it_joins_is_in_the_ring_that_has_it_rejected()
    {
        var asker = await Ask("a", "b", "c");
        _router.Tell(new ConnectionReport.AttemptFailed("c:11211", new ConnectionClosed(CloseReason.AuthenticationFailed, "no")));
        Assert.Equal(["a", "b", "c"], await Done(asker));
        await Settled(_router);
        await Settled(_router); // What it tells itself comes behind the first question.
        var server = _pool.Table.Find("c:11211")!;
        Assert.Equal((ServerState.Down, true, "AuthenticationFailed: no"), (server.Health.State, server.IsRejected, server.Cause));
    }

    [Fact]
    public async Task A_topology_takes_the_place_of_one_that_still_waits_and_both_askers_are_told()
    {
        var first = await Ask("a", "c", "d");
        var c = Up("c");
        var second = await Ask("a", "c", "e");
        await first.ExpectNoMsgAsync(TimeSpan.Zero);
        Up("e");
        Assert.Equal(["a", "c", "e"], await Done(first));
        Assert.Equal(["a", "c", "e"], await Done(second));
        Assert.Same(c, _pool.Table.Find("c:11211")!.Live); // It had answered already.
        Assert.True(await Servers("a", "b", "c", "d") && await Servers("a", "b", "c", "e") && await Servers("a", "c", "e"));
    }

    [Fact]
    public async Task The_time_for_joining_begins_anew_with_the_later_topology()
    {
        await Ask("a", "c");
        Clock.Advance(ConnectTimeout * 1.5);
        var second = await Ask("a", "d");
        Clock.Advance(ConnectTimeout * 1.5);
        await Settled(_router);
        Assert.Null(_pool.Table.Find("d:11211"));
        Clock.Advance(ConnectTimeout / 2);
        Assert.Equal(["a", "d"], await Done(second));
    }

    [Fact]
    public async Task A_word_from_a_server_that_is_no_longer_to_join_changes_nothing()
    {
        await Ask("a", "b", "c");
        var second = await Ask("a", "b");
        await Done(second);
        var version = _pool.Table.Version;
        Up("c");
        await Settled(_router);
        Assert.Equal(version, _pool.Table.Version);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_server_that_was_here_before_is_flushed_first_and_joins_whether_that_went_well_or_not(bool flushes)
    {
        var connection = CreateTestProbe();
        await LeavesAsync("b");
        var asker = await Ask("a", "b");
        var up = new ConnectionReport.ServerUp("b:11211", new FakeConnection("b"));
        _router.Tell(up, connection);
        await connection.ExpectMsgAsync<FlushServer>();
        await Settled(_router);
        Assert.Null(_pool.Table.Find("b:11211"));
        _router.Tell(up with { IsFlushed = flushes }, connection);
        Assert.Equal(["a", "b"], await Done(asker));
        var server = _pool.Table.Find("b:11211")!;
        Assert.Equal((ServerState.Up, !flushes), (server.Health.State, _pool.Journal.PageOf(server.Id).IsSpoiled));
    }

    [Fact]
    public async Task A_server_that_comes_again_while_it_is_still_drained_is_asked_again_when_that_is_over()
    {
        var connection = CreateTestProbe();
        await Done(await Ask("a"));
        var asker = await Ask("a", "b");
        var up = new ConnectionReport.ServerUp("b:11211", new FakeConnection("b"));
        _router.Tell(up, connection);
        await Settled(_router);
        await connection.ExpectNoMsgAsync(TimeSpan.Zero);
        Assert.Null(_pool.Table.Find("b:11211"));

        Assert.True(await Servers("a", "b") && await Servers("a") && await Servers("a", "b"));
        _router.Tell(new ConnectionReport.ServerLeft("b:11211", _pool["b"], IsDrained: true));
        await _servers.ExpectMsgAsync<AnnounceConnections>();
        _router.Tell(up, connection);
        await connection.ExpectMsgAsync<FlushServer>();
        _router.Tell(up with { IsFlushed = true }, connection);
        Assert.Equal(["a", "b"], await Done(asker));
        Assert.Equal(ServerState.Up, _pool.Table.Find("b:11211")!.Health.State);
    }

    [Fact]
    public async Task A_server_of_whose_draining_nothing_is_heard_joins_when_the_time_for_joining_is_over()
    {
        await Done(await Ask("a"));
        var asker = await Ask("a", "b");
        var up = new ConnectionReport.ServerUp("b:11211", new FakeConnection("b"));
        _router.Tell(up);
        await Settled(_router);
        Clock.Advance(2 * ConnectTimeout);
        Assert.Equal(["a", "b"], await Done(asker));
        Assert.True(await Servers("a", "b") && await Servers("a") && await Servers("a", "b") && await Servers("a", "b"));
        await _servers.ExpectMsgAsync<AnnounceConnections>();
        _router.Tell(up);
        await Settled(_router);
        var server = _pool.Table.Find("b:11211")!;
        Assert.Equal((ServerState.Quarantined, true), (server.Health.State, _pool.Journal.PageOf(server.Id).IsSpoiled));
    }

    private async Task LeavesAsync(string host)
    {
        var connection = _pool[host];
        await Done(await Ask([.. _pool.Table.Servers.Select(server => server.Address.Host).Where(other => other != host)]));
        _router.Tell(new ConnectionReport.ServerLeft($"{host}:11211", connection, IsDrained: true));
        await Settled(_router);
    }

    private async Task<TestProbe> Ask(params string[] texts)
    {
        var asker = CreateTestProbe();
        _router.Tell(new ControlProtocol.SetTopology(texts), asker);
        await Settled(_router);
        return asker;
    }

    private static async Task<string[]> Done(TestProbe asker) =>
        [.. (await asker.ExpectMsgAsync<ControlReply.Done>()).Status.Servers.Select(server => server.Name.Split(':')[0])];

    /// <summary>The next servers that are to exist, after what it says at its beginning.</summary>
    private async Task<bool> Servers(params string[] hosts)
    {
        if (!_begun)
        {
            await _servers.ExpectMsgAsync<SetServers>();
            await _servers.ExpectMsgAsync<AnnounceConnections>();
            _begun = true;
        }
        Assert.Equal(hosts, (await _servers.ExpectMsgAsync<SetServers>()).Topology.Servers.Select(server => server.Host));
        return true;
    }

    private bool _begun;

    private FakeConnection Up(string host)
    {
        var connection = new FakeConnection(host);
        _router.Tell(new ConnectionReport.ServerUp($"{host}:11211", connection));
        return connection;
    }
}
