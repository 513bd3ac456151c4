using System.Buffers;
using ActorCache.Placement;
using ActorCache.Protocol;
using ActorCache.Transport;
using Akka.Actor;
using Akka.TestKit;

namespace ActorCache.Tests;

/// <summary>Fold, publish, announce: in this order, whatever happens, and again after a crash.</summary>
public class RouterActorTests : ActorTest
{
    private static readonly ConnectionClosed Gone = new(CloseReason.Lost, "gone");
    private readonly Pool _pool = new(connected: false, "a", "b");
    private readonly TestProbe _servers;
    private readonly TestProbe _events;
    private readonly IActorRef _router;

    public RouterActorTests()
    {
        _servers = CreateTestProbe();
        _events = CreateTestProbe();
        Sys.EventStream.Subscribe(_events, typeof(ServerEvent));
        _router = CreateTestProbe().ChildActorOf(
            RouterActor.Props(Pool.Name, _pool.Routes, _pool.Journal, _pool.Transitions, new Timeouts(), _servers, _pool.Time), SupervisorStrategy.DefaultStrategy);
    }

    [Fact]
    public async Task It_begins_by_saying_which_servers_there_are_and_asking_what_connections()
    {
        Assert.Same(_pool.Table.Ring.Topology, (await _servers.ExpectMsgAsync<SetServers>()).Topology);
        Assert.Equal(_router, (await _servers.ExpectMsgAsync<AnnounceConnections>()).Router);
    }

    [Fact]
    public async Task A_report_becomes_a_table_and_an_event_that_the_table_says_already()
    {
        // On the calling thread's dispatcher the subscriber looks while the router is still announcing.
        var seen = CreateTestProbe();
        var subscriber = Sys.ActorOf(Akka.Actor.Props.Create(() => new Looker(_pool.Routes, seen)).WithDispatcher(CallingThreadDispatcher.Id));
        Sys.EventStream.Subscribe(subscriber, typeof(ServerEvent));

        var connection = Up("a");
        await seen.ExpectMsgAsync(2L);
        Assert.Equal(new ServerEvent.Up(Pool.Name, "a:11211", _pool.Time.GetUtcNow(), 2), await _events.ExpectMsgAsync<ServerEvent>());
        Assert.Same(connection, _pool.Table.Find("a:11211")!.Connection);
        _router.Tell(new ConnectionReport.ServerDown("a:11211", connection, Gone));
        await seen.ExpectMsgAsync(3L);
        Assert.Equal(ServerState.Suspect, _pool.Table.Find("a:11211")!.Health.State);
    }

    [Fact]
    public async Task Who_waits_at_an_entrance_is_sent_on_when_the_table_that_says_where_to_is_there()
    {
        var waiting = new Waiting(_pool.Routes);
        Assert.Equal(SendOutcome.Accepted, _pool.Table.Find("a:11211")!.Connection.TrySend(waiting));
        Up("a");
        Assert.Equal((AttemptEnd.Moved, 2L), await waiting.Ended.Soon());
        Assert.Equal(SendOutcome.Moved, _pool.Table.Find("a:11211")!.Entrance.TrySend(new Waiting(_pool.Routes)));

        // b is still being dialled: its entrance stays shut.
        Assert.Equal(SendOutcome.Accepted, _pool.Table.Find("b:11211")!.Connection.TrySend(new Waiting(_pool.Routes)));
    }

    [Theory]
    [InlineData("refused")]
    [InlineData("ejected")]
    [InlineData("removed")]
    public async Task Who_waits_for_a_server_that_will_not_serve_is_sent_on(string how)
    {
        var waiting = new Waiting(_pool.Routes);
        _pool.Table.Find("a:11211")!.Connection.TrySend(waiting);
        _router.Tell(how switch
        {
            "refused" => new ConnectionReport.AttemptFailed("a:11211", Gone),
            "ejected" => new ControlProtocol.Eject("a:11211"),
            _ => (object)new ControlProtocol.SetTopology(["b"]),
        });
        Assert.Equal((AttemptEnd.Moved, 2L), await waiting.Ended.Soon());
    }

    [Fact]
    public async Task A_call_of_the_facade_waits_for_the_first_connect_and_is_answered()
    {
        var call = _pool.Client.GetAsync<string>("key").AsTask();
        var (a, b) = (Up("a"), Up("b"));
        a.Answers = b.Answers = _ => "EN";
        foreach (var waiting in a.Accepted.Concat(b.Accepted)) waiting.Answer("EN");
        Assert.Equal(CacheOutcome.Miss, (await call.Soon()).Outcome);
    }

    [Fact]
    public async Task A_crash_keeps_the_table_and_asks_again_what_there_is()
    {
        await Begun();
        var connection = Up("a");
        await _events.ExpectMsgAsync<ServerEvent.Up>();
        _router.Tell(new ConnectionReport.AttemptFailed("a:11211", null!)); // a defect of ours
        await _servers.ExpectMsgAsync<SetServers>();
        Assert.Equal(_router, (await _servers.ExpectMsgAsync<AnnounceConnections>()).Router);

        Assert.Equal(2, _pool.Table.Version);
        Assert.Same(connection, _pool.Table.Find("a:11211")!.Connection);
        // What is said again changes nothing, what is new does.
        _router.Tell(new ConnectionReport.ServerUp("a:11211", connection));
        Up("b");
        var up = await _events.ExpectMsgAsync<ServerEvent.Up>();
        Assert.Equal(("b:11211", 3L), (up.Server, up.TableVersion));
    }

    [Fact]
    public async Task Status_is_answered_with_the_snapshot()
    {
        Up("a");
        var status = await Done(new ControlProtocol.GetStatus());
        Assert.Equal((Pool.Name, 2L, _pool.Table.Ring.Fingerprint), (status.Cache, status.TableVersion, status.RingFingerprint));
        Assert.Equal([("a:11211", ServerState.Up), ("b:11211", ServerState.Connecting)], status.Servers.Select(server => (server.Name, server.State)));
    }

    [Fact]
    public async Task A_server_is_ejected_and_reinstated_and_the_answer_says_how_things_are_now()
    {
        var connection = Up("a");
        var status = await Done(new ControlProtocol.Eject("a:11211"));
        Assert.Equal((ServerState.Down, "ejected by an operator"), (status.Servers[0].State, status.Servers[0].Cause));
        Assert.Equal(status.TableVersion, _pool.Table.Version);
        status = await Done(new ControlProtocol.Reinstate("a:11211"));
        Assert.Equal((ServerState.Up, null), (status.Servers[0].State, status.Servers[0].Cause));
        Assert.Same(connection, _pool.Table.Find("a:11211")!.Connection);
        await _events.ExpectMsgAsync<ServerEvent.Up>();
        await _events.ExpectMsgAsync<ServerEvent.Ejected>();
        await _events.ExpectMsgAsync<ServerEvent.Reinstated>();
    }

    [Fact]
    public async Task Another_topology_is_published_once_what_it_adds_is_connected_and_then_lets_go_of_what_it_leaves_out()
    {
        await Begun();
        var done = Done(new ControlProtocol.SetTopology(["b*2", "c:5"]));
        Assert.Equal(["a:11211", "b:11211", "c:5"], await NextServers());
        await Settled(_router);
        Assert.Equal(1, _pool.Table.Version);
        await _servers.ExpectNoMsgAsync(TimeSpan.Zero);

        var connection = new FakeConnection("c:5");
        _router.Tell(new ConnectionReport.ServerUp("c:5", connection));
        var status = await done;
        Assert.Equal([("b:11211", ServerState.Connecting), ("c:5", ServerState.Up)], status.Servers.Select(server => (server.Name, server.State)));
        Assert.Same(connection, _pool.Table.Find("c:5")!.Connection);
        Assert.Equal(["b:11211*2", "c:5"], await NextServers());
        var changed = await _events.ExpectMsgAsync<ServerEvent.TopologyChanged>();
        Assert.Equal((1, 1, 1), (changed.Added.Count, changed.Removed.Count, changed.Reweighted.Count));
        Assert.Equal("c:5", (await _events.ExpectMsgAsync<ServerEvent.Up>()).Server);
    }

    public static TheoryData<object, string> Wrong => new()
    {
        { new ControlProtocol.Eject("x"), "There is no such server; there are a:11211, b:11211." },
        { new ControlProtocol.Eject(null!), "There is no such server; there are a:11211, b:11211." },
        { new ControlProtocol.Reinstate(""), "There is no such server; there are a:11211, b:11211." },
        { new ControlProtocol.Reinstate(null!), "There is no such server; there are a:11211, b:11211." },
        { new ControlProtocol.SetTopology([]), "A topology needs at least one server; add one." },
        { new ControlProtocol.SetTopology(["a:0"]), "Server \"a:0\" has no port from 1 to 65535 after the \":\";" },
        { new ControlProtocol.SetTopology(["a", "b", "a:11211"]), "Server \"a:11211\" is listed twice;" },
        { new ControlProtocol.SetTopology([null!]), "Value cannot be null." },
        { new ControlProtocol.SetTopology(null!), "Value cannot be null." },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public async Task What_an_operator_says_wrongly_is_refused_and_nothing_changes(object request, string why)
    {
        await Begun();
        Assert.StartsWith(why, (await _router.Ask<ControlReply.Refused>(request).Soon()).Why, StringComparison.Ordinal);
        Assert.Equal(1, _pool.Table.Version);
        await _servers.ExpectNoMsgAsync(TimeSpan.Zero);
        await _events.ExpectNoMsgAsync(TimeSpan.Zero);
    }

    [Fact]
    public async Task After_shutdown_it_publishes_nothing()
    {
        _pool.Routes.Close();
        Up("a");
        await Settled(_router);
        Assert.Null(_pool.Routes.TableOrNull);
    }

    private async Task Begun()
    {
        await _servers.ExpectMsgAsync<SetServers>();
        await _servers.ExpectMsgAsync<AnnounceConnections>();
    }

    private async Task<string[]> NextServers() => [.. (await _servers.ExpectMsgAsync<SetServers>()).Topology.Servers.Select(server => server.ToString())];

    private FakeConnection Up(string host)
    {
        var connection = new FakeConnection(host);
        _router.Tell(new ConnectionReport.ServerUp($"{host}:11211", connection));
        Settled(_router).GetAwaiter().GetResult();
        return connection;
    }

    private async Task<CacheSnapshot> Done(IControlRequest request) => (await _router.Ask<ControlReply.Done>(request).Soon()).Status;

    private sealed class Looker(CurrentRoutes routes, IActorRef seen) : UntypedActor
    {
        protected override void OnReceive(object message)
        {
            var happened = (ServerEvent)message;
            seen.Tell(routes.Table.Version >= happened.TableVersion ? happened.TableVersion : -1L);
        }
    }

    /// <summary>Waits at an entrance, and notes the table's version when it is sent on.</summary>
    private sealed class Waiting(CurrentRoutes routes) : Operation
    {
        private readonly TaskCompletionSource<(AttemptEnd, long)> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<(AttemptEnd, long)> Ended => _ended.Task;

        public override RequestKind Kind => RequestKind.NoOp;

        public override ReadOnlySpan<byte> Key => default;

        protected internal override void WriteTo(IBufferWriter<byte> output, ushort opaque, Dialect dialect) { }

        protected internal override void OnReply(in Reply reply) { }

        protected internal override void OnAttemptEnded(AttemptEnd end) => _ended.TrySetResult((end, routes.Table.Version));

        protected internal override void Complete() { }
    }
}
