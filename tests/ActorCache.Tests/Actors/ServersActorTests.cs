using ActorCache.Placement;
using ActorCache.Transport;
using Akka.Actor;
using Akka.Pattern;
using Akka.TestKit;

namespace ActorCache.Tests;

/// <summary>Which connection actors there are, and how long their supervisors wait before they dial again.</summary>
public class ServersActorTests() : ActorTest(holdTime: true)
{
    private static readonly ActorCacheOptions Options = new();
    private readonly FakeConnector _connector = new();

    [Fact]
    public async Task Every_server_has_one_connection_actor_whatever_its_name()
    {
        var (servers, _) = Begin("cache-1", "[::1]:11211", "unix:/run/memcached.sock", "grün.example*3", "$odd~name");
        var dialled = new List<string>();
        for (var i = 0; i < 5; i++) dialled.Add((await _connector.NextAsync()).Server.ToString());
        Assert.Equal(
            ["$odd~name:11211", "[::1]:11211", "cache-1:11211", "grün.example:11211*3", "unix:/run/memcached.sock"],
            dialled.Order(StringComparer.Ordinal));
        await Settled(servers);
        Assert.False(_connector.HasDialled);
    }

    [Fact]
    public async Task Servers_that_come_are_dialled_those_that_leave_are_closed_and_those_that_stay_are_left_alone()
    {
        var (servers, router) = Begin("a", "b");
        var connections = await AcceptAll(router, 2);
        servers.Tell(new SetServers(TopologyOf("b*5", "c")));
        Assert.Equal("c:11211", (await _connector.NextAsync()).Server.Name);
        Assert.Equal(CloseReason.Closed, (await connections["a:11211"].Completion.Soon()).Reason);
        await Settled(servers);
        Assert.False(connections["b:11211"].Completion.IsCompleted);
        Assert.False(_connector.HasDialled);
    }

    [Fact]
    public async Task A_server_that_leaves_has_the_time_of_a_drain_for_what_is_in_flight()
    {
        var (servers, router) = Begin("a", "b");
        var connections = await AcceptAll(router, 2);
        var supervisor = await SupervisorOf("a");
        Watch(supervisor);
        servers.Tell(new SetServers(TopologyOf("b")));
        await connections["a:11211"].Completion.Soon();
        Assert.Equal((1, 0), (connections["a:11211"].Drains, connections["b:11211"].Drains));
        Clock.Advance(Options.DrainTimeout - TimeSpan.FromMilliseconds(1));
        await Settled(servers);
        await Settled(supervisor);
        Assert.Equal(supervisor, await Sys.ActorSelection(supervisor.Path).ResolveOne(Patience.Limit));
        Clock.Advance(TimeSpan.FromMilliseconds(1));
        await ExpectTerminatedAsync(supervisor);
        Assert.False(_connector.HasDialled);
        Assert.False(connections["b:11211"].Completion.IsCompleted);
    }

    // It might be here again before the drain is over: then its old dial must not speak for it.
    [Fact]
    public async Task A_server_that_leaves_while_it_is_dialled_is_given_up_at_once()
    {
        var (servers, router) = Begin("a");
        var dial = await _connector.NextAsync();
        var supervisor = await SupervisorOf("a");
        Watch(supervisor);
        servers.Tell(new SetServers(TopologyOf("b")));
        await ExpectTerminatedAsync(supervisor);
        await dial.CancelledAsync();
        dial.Refuse();
        await Settled(servers);
        await router.ExpectNoMsgAsync(TimeSpan.Zero);
    }

    [Fact]
    public async Task A_server_that_leaves_between_two_attempts_is_given_up_at_once()
    {
        var (servers, _) = Begin("a");
        var supervisor = await SupervisorOf("a");
        (await _connector.NextAsync()).Refuse();
        await ChildGone(supervisor);
        Watch(supervisor);
        servers.Tell(new SetServers(TopologyOf("b")));
        await ExpectTerminatedAsync(supervisor);
    }

    [Fact]
    public async Task A_server_that_leaves_and_comes_back_at_once_is_dialled_anew()
    {
        var (servers, router) = Begin("a", "b");
        var connections = await AcceptAll(router, 2);
        servers.Tell(new SetServers(TopologyOf("b")));
        servers.Tell(new SetServers(TopologyOf("a", "b")));
        Assert.Equal("a:11211", (await _connector.NextAsync()).Server.Name);
        Assert.Equal(CloseReason.Closed, (await connections["a:11211"].Completion.Soon()).Reason);
    }

    [Fact]
    public async Task Every_connection_actor_is_asked_to_announce_what_it_has()
    {
        var (servers, router) = Begin("a", "b", "c");
        var connections = await AcceptAll(router, 2);
        await _connector.NextAsync(); // the third is still being dialled
        servers.Tell(new AnnounceConnections(TestActor));
        var announced = new[] { await ExpectMsgAsync<ConnectionReport.ServerUp>(), await ExpectMsgAsync<ConnectionReport.ServerUp>() };
        Assert.Equal(connections.Keys.Order(), announced.Select(up => up.Server).Order());
        Assert.All(announced, up => Assert.Same(connections[up.Server], up.Connection));
    }

    [Fact]
    public async Task Before_there_are_servers_there_is_nothing_to_announce()
    {
        var servers = Sys.ActorOf(ServersActor.Props(Options, (server, to) => ConnectionActor.Props(server, to, _connector, Options.ProvenAfter, Options.DrainTimeout, Options.MaxRetryDelay)));
        servers.Tell(new AnnounceConnections(TestActor));
        await Settled(servers);
        await ExpectNoMsgAsync(TimeSpan.Zero);
    }

    [Fact]
    public async Task The_pauses_between_attempts_double_from_the_first_to_the_longest()
    {
        var (_, _) = Begin("a");
        var supervisor = await SupervisorOf("a");
        var pause = Options.RetryDelay;
        var longest = Options.MaxRetryDelay * 3 / 4; // With its jitter it does not exceed MaxRetryDelay.
        for (var attempt = 0; attempt < 12; attempt++)
        {
            (await _connector.NextAsync()).Refuse();
            await ChildGone(supervisor);

            // Not before two thirds of the pause, and at most a third of it later.
            Clock.Advance(pause * 2 / 3 - TimeSpan.FromMilliseconds(1));
            Assert.True((await Child(supervisor)).IsNobody(), $"attempt {attempt} came before two thirds of {pause}");
            Clock.Advance(pause * 2 / 3 + TimeSpan.FromMilliseconds(2));
            Assert.False((await Child(supervisor)).IsNobody(), $"attempt {attempt} did not come a third of {pause} later");
            pause = TimeSpan.FromTicks(Math.Min(2 * pause.Ticks, longest.Ticks));
        }
        Assert.Equal(longest, pause);
    }

    [Fact]
    public async Task The_pauses_start_over_when_it_is_told_so()
    {
        var (servers, _) = Begin("a");
        var supervisor = await SupervisorOf("a");
        for (var attempt = 0; attempt < 5; attempt++)
        {
            (await _connector.NextAsync()).Refuse();
            await ChildGone(supervisor);
            servers.Tell(StartPausesOver.Instance);
            await Settled(servers);
            Clock.Advance(Options.RetryDelay * 4 / 3 + TimeSpan.FromMilliseconds(1));
            Assert.False((await Child(supervisor)).IsNobody(), $"attempt {attempt} did not come after the first pause");
        }
    }

    [Theory]
    [InlineData("a:11211")]
    [InlineData(null)]
    public async Task Who_waits_after_a_refusal_is_dialled_after_the_first_pause_when_it_is_told_so(string? told)
    {
        var (servers, _) = Begin("a");
        var supervisor = await SupervisorOf("a");
        for (var attempt = 0; attempt < 3; attempt++)
        {
            (await _connector.NextAsync()).Refuse(CloseReason.AuthenticationFailed);
            await Settled(await Child(supervisor));
            servers.Tell(new DialNow("nobody:11211"));
            servers.Tell(new DialNow(told));
            await ChildGone(supervisor);
            servers.Tell(new DialNow(told)); // A pause goes on, and nobody takes this for one who leaves.
            await Settled(servers);
            Clock.Advance(Options.RetryDelay * 4 / 3 + TimeSpan.FromMilliseconds(1));
            Assert.False((await Child(supervisor)).IsNobody(), $"attempt {attempt} did not come after the first pause");
        }
    }

    [Fact]
    public async Task The_pauses_of_many_servers_are_not_all_the_same()
    {
        var hosts = Enumerable.Range(0, 12).Select(i => $"s{i}").ToArray();
        Begin(hosts);
        var supervisors = new List<IActorRef>();
        foreach (var host in hosts) supervisors.Add(await SupervisorOf(host));
        foreach (var _ in hosts) (await _connector.NextAsync()).Refuse();
        foreach (var supervisor in supervisors) await ChildGone(supervisor);

        var back = new HashSet<int>();
        Clock.Advance(Options.RetryDelay * 2 / 3);
        for (var millisecond = 0; millisecond <= 68 && supervisors.Count > 0; millisecond++)
        {
            foreach (var supervisor in supervisors.ToList())
            {
                if ((await Child(supervisor)).IsNobody()) continue;
                supervisors.Remove(supervisor);
                back.Add(millisecond);
            }
            Clock.Advance(TimeSpan.FromMilliseconds(1));
        }
        Assert.Empty(supervisors);
        Assert.True(back.Count > 2, $"all came back within {back.Count} ms of each other");
    }

    [Fact]
    public async Task The_pauses_start_over_only_after_a_connection_that_has_lasted()
    {
        var (_, router) = Begin("a");
        var supervisor = await SupervisorOf("a");
        for (var i = 0; i < 3; i++) await AttemptAsync(connection: null);

        // Accepts, and dies at once: no proof.
        await AttemptAsync(async () => (await Accept(router)).Die(AttemptEnd.Unanswered));
        Assert.Equal(4, await Attempts());

        // Lasts, but not long enough.
        await AttemptAsync(async () =>
        {
            var connection = await Accept(router);
            Clock.Advance(Options.ProvenAfter - TimeSpan.FromMilliseconds(1));
            connection.Die(AttemptEnd.Unanswered);
        });
        Assert.Equal(5, await Attempts());

        await AttemptAsync(async () =>
        {
            var connection = await Accept(router);
            var child = await Child(supervisor);
            await Settled(child); // It reports first, and starts to count then.
            Clock.Advance(Options.ProvenAfter);
            await Settled(child);
            Assert.Equal(0, await Attempts());
            connection.Die(AttemptEnd.Unanswered);
        });
        Assert.Equal(1, await Attempts());

        async Task AttemptAsync(Func<Task>? connection)
        {
            if (connection is null) (await _connector.NextAsync()).Refuse();
            else await connection();
            await ChildGone(supervisor);
            Clock.Advance(Options.MaxRetryDelay);
            Assert.False((await Child(supervisor)).IsNobody());
        }

        async Task<int> Attempts() => (await supervisor.Ask<BackoffSupervisor.RestartCount>(BackoffSupervisor.GetRestartCount.Instance).Soon()).Count;
    }

    [Fact]
    public async Task A_defect_in_a_connection_actor_is_paused_for_like_any_other_end()
    {
        var (servers, router) = Begin("a", "b");
        var supervisor = await SupervisorOf("a");
        var dials = new[] { await _connector.NextAsync(), await _connector.NextAsync() }.ToDictionary(dial => dial.Server.Name);
        dials["a:11211"].Fail(new InvalidTimeZoneException("odd"));
        var connection = dials["b:11211"].Accept();
        await ChildGone(supervisor);
        Clock.Advance(Options.RetryDelay * 4 / 3 + TimeSpan.FromMilliseconds(1));
        Assert.Equal("a:11211", (await _connector.NextAsync()).Server.Name);
        await Settled(servers);
        Assert.False(connection.Completion.IsCompleted);
    }

    [Fact]
    public async Task After_a_crash_of_its_own_it_dials_the_servers_it_had()
    {
        var router = CreateTestProbe();
        var parent = CreateTestProbe();
        var servers = parent.ChildActorOf(
            ServersActor.Props(Options, (server, to) => server.Host == "crash"
                ? throw new InvalidTimeZoneException("odd")
                : ConnectionActor.Props(server, to, _connector, Options.ProvenAfter, Options.DrainTimeout, Options.MaxRetryDelay)), SupervisorStrategy.DefaultStrategy);
        servers.Tell(new ServersActor.Serve(TopologyOf("a", "b"), router));
        var connections = await AcceptAll(router, 2);

        servers.Tell(new SetServers(TopologyOf("a", "b", "crash")));
        foreach (var connection in connections.Values) Assert.Equal(CloseReason.Closed, (await connection.Completion.Soon()).Reason);
        Assert.Equal(connections.Keys.Order(), (await AcceptAll(router, 2)).Keys.Order());
    }

    private static Topology TopologyOf(params string[] texts) => new(texts.Select(ServerAddress.Parse));

    private (IActorRef Servers, TestProbe Router) Begin(params string[] texts)
    {
        var router = CreateTestProbe();
        var servers = Sys.ActorOf(
            ServersActor.Props(Options, (server, to) => ConnectionActor.Props(server, to, _connector, Options.ProvenAfter, Options.DrainTimeout, Options.MaxRetryDelay)), "servers");
        servers.Tell(new ServersActor.Serve(TopologyOf(texts), router));
        return (servers, router);
    }

    private async Task<Dictionary<string, FakeConnection>> AcceptAll(TestProbe router, int count)
    {
        var connections = new Dictionary<string, FakeConnection>();
        for (var i = 0; i < count; i++)
        {
            var connection = await Accept(router);
            connections.Add(connection.Server, connection);
        }
        return connections;
    }

    private async Task<FakeConnection> Accept(TestProbe router)
    {
        var connection = (await _connector.NextAsync()).Accept();
        await router.FishForMessageAsync(message => message is ConnectionReport.ServerUp up && up.Connection == connection);
        return connection;
    }

    private async Task<IActorRef> SupervisorOf(string host)
    {
        // Told to serve it tells itself the servers: only then does the second question reach it.
        var servers = await Sys.ActorSelection("/user/servers").ResolveOne(Patience.Limit);
        await Settled(servers);
        await Settled(servers);
        // Servers are numbered as they come; the wildcard is for that number.
        Sys.ActorSelection($"/user/servers/{host}:11211~*").Tell(new Identify(host), TestActor);
        return (await ExpectMsgAsync<ActorIdentity>()).Subject;
    }

    private static async Task<IActorRef> Child(IActorRef supervisor) =>
        (await supervisor.Ask<BackoffSupervisor.CurrentChild>(BackoffSupervisor.GetCurrentChild.Instance).Soon()).Ref;

    private static async Task ChildGone(IActorRef supervisor)
    {
        using var patience = new CancellationTokenSource(Patience.Limit);
        while (!(await Child(supervisor)).IsNobody()) patience.Token.ThrowIfCancellationRequested();
    }
}
