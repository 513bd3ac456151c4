using ActorCache.Placement;
using ActorCache.Transport;
using Akka.Actor;
using Akka.Pattern;
using Akka.TestKit;

namespace ActorCache.Tests;

/// <summary>One incarnation of a connection: what it dials, what it reports, and how it ends.</summary>
public class ConnectionActorTests() : ActorTest(holdTime: true)
{
    private static readonly ServerAddress Server = ServerAddress.Parse("cache-1");
    private static readonly TimeSpan ProvenAfter = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan RefusedFor = TimeSpan.FromSeconds(30);
    private readonly FakeConnector _connector = new();

    [Fact]
    public async Task A_dial_that_succeeds_is_reported_with_its_connection()
    {
        var (router, _) = Begin();
        var dial = await _connector.NextAsync();
        Assert.Equal(Server, dial.Server);
        var connection = dial.Accept();
        Assert.Equal(new ConnectionReport.ServerUp("cache-1:11211", connection), await router.ExpectMsgAsync<ConnectionReport>());
    }

    [Theory]
    [InlineData(CloseReason.Unreachable)]
    [InlineData(CloseReason.ConnectTimeout)]
    [InlineData(CloseReason.HandshakeFailed)]
    public async Task A_dial_that_fails_is_reported_and_the_actor_stops(CloseReason reason)
    {
        var (router, actor) = Begin();
        (await _connector.NextAsync()).Refuse(reason);
        var failed = await router.ExpectMsgAsync<ConnectionReport.AttemptFailed>();
        Assert.Equal(("cache-1:11211", reason), (failed.Server, failed.End.Reason));
        await ExpectTerminatedAsync(actor);
        Assert.False(_connector.HasDialled);
    }

    [Theory]
    [InlineData(CloseReason.AuthenticationFailed)]
    [InlineData(CloseReason.CertificateRejected)]
    public async Task After_a_refusal_nobody_dials_for_the_longest_pause_and_the_pauses_start_over(CloseReason reason)
    {
        var (supervisor, router) = (CreateTestProbe(), CreateTestProbe());
        var actor = Watch(supervisor.ChildActorOf(ConnectionActor.Props(Server, router, _connector, ProvenAfter, TimeSpan.FromSeconds(2), RefusedFor)));
        (await _connector.NextAsync()).Refuse(reason);
        Assert.Equal(reason, (await router.ExpectMsgAsync<ConnectionReport.AttemptFailed>()).End.Reason);
        await Settled(actor);

        Clock.Advance(RefusedFor - TimeSpan.FromMilliseconds(1));
        await Settled(actor);
        await supervisor.ExpectNoMsgAsync(TimeSpan.Zero);
        Clock.Advance(TimeSpan.FromMilliseconds(1));
        await supervisor.ExpectMsgAsync<BackoffSupervisor.Reset>();
        await ExpectTerminatedAsync(actor);
        Assert.False(_connector.HasDialled);
    }

    [Fact]
    public async Task Whoever_waits_after_a_refusal_says_it_again_when_asked_and_goes_at_once_when_told_to_dial()
    {
        var (router, actor) = Begin();
        (await _connector.NextAsync()).Refuse(CloseReason.AuthenticationFailed);
        var refused = await router.ExpectMsgAsync<ConnectionReport.AttemptFailed>();
        actor.Tell(new AnnounceConnections(TestActor));
        Assert.Equal(refused, await ExpectMsgAsync<ConnectionReport>());
        actor.Tell(DialNow.One);
        await ExpectTerminatedAsync(actor);
    }

    [Fact]
    public async Task Told_to_dial_it_goes_on_with_what_it_has_or_is_about_to_have()
    {
        var (router, actor) = Begin();
        actor.Tell(DialNow.One);
        await Settled(actor);
        var connection = await Connected(router);
        actor.Tell(DialNow.One);
        await Settled(actor);
        Assert.False(connection.Completion.IsCompleted);
    }

    [Fact]
    public async Task A_server_that_leaves_after_a_refusal_takes_its_supervisor_along()
    {
        var (supervisor, router) = (CreateTestProbe(), CreateTestProbe());
        Watch(supervisor);
        var actor = supervisor.ChildActorOf(ConnectionActor.Props(Server, router, _connector, ProvenAfter, TimeSpan.FromSeconds(2), RefusedFor));
        (await _connector.NextAsync()).Refuse(CloseReason.AuthenticationFailed);
        await router.ExpectMsgAsync<ConnectionReport.AttemptFailed>();
        actor.Tell(Leave.Instance);
        await ExpectTerminatedAsync(supervisor);
    }

    [Fact]
    public async Task A_dial_that_fails_as_nobody_foresaw_is_reported_and_the_actor_ends_with_the_defect()
    {
        var (router, actor) = Begin();
        (await _connector.NextAsync()).Fail(new InvalidTimeZoneException("odd"));
        var failed = await router.ExpectMsgAsync<ConnectionReport.AttemptFailed>();
        Assert.Equal(new ConnectionClosed(CloseReason.Faulted, "odd"), failed.End);
        await ExpectTerminatedAsync(actor);
    }

    [Fact]
    public async Task A_connector_that_throws_at_once_is_a_failed_attempt()
    {
        _connector.Answers = _ => throw new ConnectException(new ConnectionClosed(CloseReason.Unreachable, "no such network"));
        var (router, actor) = Begin();
        Assert.Equal("no such network", (await router.ExpectMsgAsync<ConnectionReport.AttemptFailed>()).End.Detail);
        await ExpectTerminatedAsync(actor);
    }

    [Theory]
    [InlineData(CloseReason.Lost)]
    [InlineData(CloseReason.Stalled)]
    [InlineData(CloseReason.ProtocolViolation)]
    [InlineData(CloseReason.Faulted)]
    public async Task A_connection_that_ends_is_reported_and_the_actor_stops(CloseReason reason)
    {
        var (router, actor) = Begin();
        var connection = await Connected(router);
        connection.Die(AttemptEnd.Unanswered, reason);
        var down = await router.ExpectMsgAsync<ConnectionReport.ServerDown>();
        Assert.Same(connection, down.Connection);
        Assert.Equal(("cache-1:11211", reason), (down.Server, down.End.Reason));
        await ExpectTerminatedAsync(actor);
        Assert.False(_connector.HasDialled);
    }

    [Fact]
    public async Task A_drained_connection_is_no_loss_and_nobody_dials_again()
    {
        var (router, actor) = Begin();
        var connection = await Connected(router);
        await connection.DrainAsync(TimeSpan.Zero);
        // The end is on its way to the actor; asked afterwards, it still answers, and has said nothing in between.
        await connection.Completion;
        await Settled(actor);
        actor.Tell(new AnnounceConnections(TestActor));
        await ExpectMsgAsync<ConnectionReport.ServerUp>();
        await router.ExpectNoMsgAsync(TimeSpan.Zero);
        Assert.False(_connector.HasDialled);
    }

    [Fact]
    public async Task An_actor_that_is_stopped_while_it_dials_gives_the_dial_up_and_closes_what_comes_late()
    {
        var (router, actor) = Begin();
        var dial = await _connector.NextAsync();
        Sys.Stop(actor);
        await ExpectTerminatedAsync(actor);
        await dial.CancelledAsync();
        var late = dial.Accept();
        Assert.Equal(CloseReason.Closed, (await late.Completion.Soon()).Reason);
        await router.ExpectNoMsgAsync(TimeSpan.Zero);
    }

    [Fact]
    public async Task An_actor_that_is_stopped_closes_its_connection()
    {
        var (router, actor) = Begin();
        var connection = await Connected(router);
        Sys.Stop(actor);
        Assert.Equal(CloseReason.Closed, (await connection.Completion.Soon()).Reason);
        await ExpectTerminatedAsync(actor);
    }

    [Fact]
    public async Task Asked_to_announce_it_says_what_it_has_to_whoever_asks()
    {
        var (router, actor) = Begin();
        actor.Tell(new AnnounceConnections(TestActor));
        await Settled(actor);
        var connection = await Connected(router);
        actor.Tell(new AnnounceConnections(TestActor));
        // While it dialled it had nothing to say.
        Assert.Equal(new ConnectionReport.ServerUp("cache-1:11211", connection), await ExpectMsgAsync<ConnectionReport>());
        await router.ExpectNoMsgAsync(TimeSpan.Zero);
    }

    [Fact]
    public async Task A_connection_whose_server_leaves_is_drained_and_its_end_is_no_loss()
    {
        var (router, actor) = Begin();
        var connection = await Connected(router);
        actor.Tell(Leave.Instance);
        Assert.Equal(CloseReason.Closed, (await connection.Completion.Soon()).Reason);
        Assert.Equal(1, connection.Drains);
        Assert.Equal(new ConnectionReport.ServerLeft("cache-1:11211", connection, IsDrained: true), await router.ExpectMsgAsync<ConnectionReport>());
        await Settled(actor);
        await router.ExpectNoMsgAsync(TimeSpan.Zero);
        Assert.False(_connector.HasDialled);
    }

    // The server may be here again, with another actor, before this one has gone: a connection that has been drained must not be taken for that one's.
    [Fact]
    public async Task An_actor_whose_server_has_left_announces_nothing_and_flushes_nothing()
    {
        var (router, actor) = Begin();
        await Connected(router);
        actor.Tell(Leave.Instance);
        await router.ExpectMsgAsync<ConnectionReport.ServerLeft>();
        actor.Tell(new AnnounceConnections(TestActor));
        actor.Tell(FlushServer.Instance);
        await Settled(actor);
        await ExpectNoMsgAsync(TimeSpan.Zero);
        await router.ExpectNoMsgAsync(TimeSpan.Zero);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Told_to_flush_the_server_it_reports_it_once_more_and_how_that_went(bool flushes)
    {
        _connector.Flushes = flushes;
        var (router, actor) = Begin();
        var identity = new ServerIdentity(7, TimeSpan.FromSeconds(9));
        var connection = (await _connector.NextAsync()).Accept(identity);
        var up = new ConnectionReport.ServerUp("cache-1:11211", connection, identity);
        Assert.Equal(up, await router.ExpectMsgAsync<ConnectionReport>());
        actor.Tell(FlushServer.Instance);
        Assert.Equal(up with { IsFlushed = flushes }, await router.ExpectMsgAsync<ConnectionReport>());
    }

    [Fact]
    public async Task It_says_which_process_has_answered_and_says_it_again_when_asked()
    {
        var (router, actor) = Begin();
        var identity = new ServerIdentity(7, TimeSpan.FromSeconds(9));
        var connection = (await _connector.NextAsync()).Accept(identity);
        var up = new ConnectionReport.ServerUp("cache-1:11211", connection, identity);
        Assert.Equal(up, await router.ExpectMsgAsync<ConnectionReport>());
        actor.Tell(new AnnounceConnections(TestActor));
        Assert.Equal(up, await ExpectMsgAsync<ConnectionReport>());
    }

    [Fact]
    public async Task A_connection_that_has_lasted_lets_the_pauses_start_over()
    {
        var parent = CreateTestProbe();
        var router = CreateTestProbe();
        var actor = parent.ChildActorOf(ConnectionActor.Props(Server, router, _connector, ProvenAfter, TimeSpan.FromSeconds(2), RefusedFor));
        await Connected(router);
        await Settled(actor); // It reports first, and starts to count then.
        Clock.Advance(ProvenAfter - TimeSpan.FromMilliseconds(1));
        await parent.ExpectNoMsgAsync(TimeSpan.Zero);
        Clock.Advance(TimeSpan.FromMilliseconds(1));
        await parent.ExpectMsgAsync<BackoffSupervisor.Reset>();
    }

    [Fact]
    public async Task A_connection_that_did_not_last_proves_nothing()
    {
        var parent = CreateTestProbe();
        var router = CreateTestProbe();
        var actor = parent.ChildActorOf(ConnectionActor.Props(Server, router, _connector, ProvenAfter, TimeSpan.FromSeconds(2), RefusedFor));
        Watch(actor);
        (await Connected(router)).Die(AttemptEnd.Unanswered);
        await ExpectTerminatedAsync(actor);
        Clock.Advance(ProvenAfter * 2);
        await parent.ExpectNoMsgAsync(TimeSpan.Zero);
    }

    private (TestProbe Router, IActorRef Actor) Begin()
    {
        var router = CreateTestProbe();
        var supervisor = CreateTestProbe();
        var actor = supervisor.ChildActorOf(ConnectionActor.Props(Server, router, _connector, ProvenAfter, TimeSpan.FromSeconds(2), RefusedFor), SupervisorStrategy.StoppingStrategy);
        Watch(actor);
        return (router, actor);
    }

    private async Task<FakeConnection> Connected(TestProbe router)
    {
        var connection = (await _connector.NextAsync()).Accept();
        await router.ExpectMsgAsync<ConnectionReport.ServerUp>();
        return connection;
    }
}
