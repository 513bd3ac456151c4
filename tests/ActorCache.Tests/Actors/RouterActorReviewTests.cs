using ActorCache.Transport;
using Akka.Actor;
using Akka.TestKit;

namespace ActorCache.Tests;

/// <summary>What the router does because time passes, and what it tells the journal before it publishes.</summary>
public class RouterActorReviewTests : ActorTest
{
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(50);
    private static readonly ConnectionClosed Gone = new(CloseReason.Lost, "gone");
    private readonly ActorCacheOptions _options = new();
    private readonly Pool _pool;
    private readonly TestProbe _events;
    private readonly TestProbe _servers;
    private readonly IActorRef _router;

    public RouterActorReviewTests() : base(holdTime: true)
    {
        _pool = new Pool(_options, connected: true, "a", "b");
        _events = CreateTestProbe();
        Sys.EventStream.Subscribe(_events, typeof(ServerEvent));
        _servers = CreateTestProbe();
        _router = CreateTestProbe().ChildActorOf(
            RouterActor.Props(Pool.Name, _pool.Routes, _pool.Journal, _pool.Transitions, new Timeouts { Connect = _options.ConnectTimeout }, _servers, _pool.Time), SupervisorStrategy.DefaultStrategy);
    }

    [Fact]
    public async Task A_swept_server_is_let_through_the_gate_when_its_time_has_come_and_gets_its_keys_back_little_by_little()
    {
        var connection = await Returned();
        _router.Tell(new SweepReport("a:11211", connection, SweepEnd.Clean));
        await Pass(_options.HoldDown - Pace);
        Assert.Equal(ServerState.Quarantined, A.Health.State);
        await Pass(Pace);
        Assert.Equal((ServerState.Up, 0.1), (A.Health.State, A.Share));
        await _events.FishForMessageAsync(happened => happened is ServerEvent.Reinstated { Server: "a:11211" });

        var shares = new List<double>();
        for (var i = 0; i < 10; i++)
        {
            await Pass(_options.RampUp / 10);
            shares.Add(Math.Round(A.Share, 3));
        }
        Assert.Equal([0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1, 1], shares);
        Assert.True(_pool.Table.IsWhole);
    }

    [Fact]
    public async Task A_server_that_was_not_swept_stays_at_the_gate()
    {
        await Returned();
        _router.Tell(new SweepReport("a:11211", new FakeConnection("an earlier one"), SweepEnd.Clean));
        await Pass(_options.HoldDown * 2);
        Assert.Equal(ServerState.Quarantined, A.Health.State);
    }

    [Fact]
    public async Task A_router_that_crashed_goes_on_where_it_was()
    {
        var connection = await Returned();
        _router.Tell(new ConnectionReport.AttemptFailed("a:11211", null!)); // a defect of ours
        _router.Tell(new SweepReport("a:11211", connection, SweepEnd.Clean));
        await Pass(_options.HoldDown);
        Assert.Equal(ServerState.Up, A.Health.State);
        await Pass(_options.RampUp);
        Assert.Equal(1, A.Share);
    }

    [Fact]
    public async Task While_nothing_waits_for_time_to_pass_nothing_is_published()
    {
        var version = _pool.Table.Version;
        await Pass(TimeSpan.FromSeconds(10));
        Assert.Equal(version, _pool.Table.Version);
    }

    [Fact]
    public async Task A_server_that_has_restarted_is_clean_before_anyone_is_sent_to_it()
    {
        _router.Tell(new ConnectionReport.ServerDown("a:11211", _pool["a"], Gone));
        _router.Tell(new ConnectionReport.ServerUp("a:11211", new FakeConnection("a"), new ServerIdentity(7, TimeSpan.FromHours(1))));
        await Settled(_router);
        _router.Tell(new ConnectionReport.ServerDown("a:11211", A.Live!, Gone));
        await Settled(_router);
        var key = System.Text.Encoding.UTF8.GetBytes(_pool.KeyOf("a", "b"));
        _pool.Journal.Writing(key, _pool.Table.Find("b:11211")!.Id);
        Assert.Equal(Standing.Stale, _pool.Journal.StandingOf(key, A.Id));

        _router.Tell(new ConnectionReport.ServerUp("a:11211", new FakeConnection("a"), new ServerIdentity(8, TimeSpan.FromSeconds(1))));
        await Settled(_router);
        Assert.Equal(ServerState.Up, A.Health.State);
        Assert.Equal(Standing.Sound, _pool.Journal.StandingOf(key, A.Id));
    }

    [Fact]
    public async Task A_server_that_is_to_be_flushed_is_spoiled_before_anyone_is_sent_to_it()
    {
        _options.OnRejoin = OnRejoin.Flush;
        await Returned();
        Assert.Equal(Standing.Spoiled, _pool.Journal.StandingOf("any"u8, A.Id));
    }

    [Fact]
    public async Task While_an_outage_of_all_is_young_pauses_start_over_with_every_failed_attempt()
    {
        await _servers.FishForMessageAsync(message => message is AnnounceConnections);
        _router.Tell(new ConnectionReport.ServerDown("a:11211", _pool["a"], Gone));
        _router.Tell(new ConnectionReport.AttemptFailed("a:11211", Gone)); // There is b yet.
        await Settled(_router);
        await _servers.ExpectNoMsgAsync(TimeSpan.Zero);

        _pool.Time.Advance(TimeSpan.FromSeconds(5));
        _router.Tell(new ConnectionReport.ServerDown("b:11211", _pool["b"], Gone));
        _router.Tell(new ConnectionReport.AttemptFailed("a:11211", Gone));
        await _servers.ExpectMsgAsync<StartPausesOver>();
        _pool.Time.Advance(TimeSpan.FromMilliseconds(999));
        _router.Tell(new ConnectionReport.AttemptFailed("b:11211", Gone));
        await _servers.ExpectMsgAsync<StartPausesOver>();
        _pool.Time.Advance(TimeSpan.FromMilliseconds(1));
        _router.Tell(new ConnectionReport.AttemptFailed("b:11211", Gone));
        await Settled(_router);
        await _servers.ExpectNoMsgAsync(TimeSpan.Zero);
    }

    private ServerRoute A => _pool.Table.Find("a:11211")!;

    /// <summary>Away until it was ejected, and at the gate with a new connection.</summary>
    private async Task<FakeConnection> Returned()
    {
        _router.Tell(new ConnectionReport.ServerDown("a:11211", _pool["a"], Gone));
        for (var i = 0; i < _options.ServerMaxRetry; i++) _router.Tell(new ConnectionReport.AttemptFailed("a:11211", Gone));
        var connection = new FakeConnection("a");
        _router.Tell(new ConnectionReport.ServerUp("a:11211", connection));
        await Settled(_router);
        Assert.Equal(ServerState.Quarantined, A.Health.State);
        return connection;
    }

    private async Task Pass(TimeSpan span)
    {
        await Settled(_router);
        for (; span > TimeSpan.Zero; span -= Pace)
        {
            _pool.Time.Advance(Pace);
            Clock.Advance(Pace);
            await Settled(_router);
        }
    }
}
