using System.Text;
using ActorCache.Transport;
using Akka.Actor;
using Akka.TestKit;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace ActorCache.Tests;

/// <summary>The sweeper's ticks, what it tells the router, and what it announces.</summary>
public class SweeperActorTests : ActorTest
{
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(50);
    private static readonly ConnectionClosed Gone = new(CloseReason.Lost, "gone");
    private readonly FakeTimeProvider _time = new();
    private readonly Dictionary<string, FakeConnection> _connections = [];
    private readonly ActorCacheOptions _options = new() { Servers = ["a", "b"], Failback = Failback.Immediate };
    private readonly TestProbe _router, _events;
    private CacheRuntime _runtime = null!;
    private IActorRef _sweeper = null!;

    public SweeperActorTests() : base(holdTime: true)
    {
        (_router, _events) = (CreateTestProbe(), CreateTestProbe());
        Sys.EventStream.Subscribe(_events, typeof(ServerEvent));
    }

    [Fact]
    public async Task A_server_at_the_gate_is_swept_and_the_router_hears_over_which_connection()
    {
        Begin();
        Written(Outage());
        var back = Up();
        await Tick(TimeSpan.FromSeconds(1));
        Assert.Single(back.Accepted);
        back.Accepted[0].Answer("HD", inline: true);
        await _router.ExpectNoMsgAsync(TimeSpan.Zero);
        back.Accepted[1].Answer("MN", inline: true);
        Assert.Equal(new SweepReport("a:11211", back, SweepEnd.Clean), await _router.ExpectMsgAsync<SweepReport>());
    }

    [Fact]
    public async Task A_sweep_that_broke_is_not_reported_and_is_begun_again_at_the_next_tick()
    {
        Begin();
        Written(Outage());
        var back = Up();
        await Tick(TimeSpan.FromSeconds(1));
        back.Accepted[0].End(AttemptEnd.TimedOut);
        await Settled(_sweeper);
        await _router.ExpectNoMsgAsync(TimeSpan.Zero);
        Assert.Single(back.Accepted);
        await Tick(Pace);
        Assert.Equal(2, back.Accepted.Count);
    }

    [Fact]
    public async Task A_journal_that_overflowed_is_announced_once()
    {
        _options.JournalMaxKeys = 1;
        Begin();
        var id = Outage();
        for (var i = 0; i < 5; i++) Written(id, i);
        await Tick(Pace);
        Assert.Equal(new ServerEvent.JournalOverflowed("orders", "a:11211", _time.GetUtcNow(), _runtime.Routes.Table.Version), await Next());
        Written(id, 5);
        await Tick(Pace);
        await _events.ExpectNoMsgAsync(TimeSpan.Zero);
    }

    [Fact]
    public async Task A_server_that_refuses_the_flush_it_needs_is_announced_as_kept_out_once()
    {
        _options.OnRejoin = OnRejoin.Flush;
        Begin();
        Outage();
        var back = Up();
        await Tick(TimeSpan.FromSeconds(1));
        Assert.Equal("flush_all\r\n", Assert.Single(back.Accepted).Text);
        back.Accepted[0].Answer("CLIENT_ERROR flush_all not allowed", inline: true);
        var keptOut = Assert.IsType<ServerEvent.KeptOut>(await Next());
        Assert.Equal(("orders", "a:11211", "it has to be flushed, and refuses flush_all"), (keptOut.Cache, keptOut.Server, keptOut.Cause));
        await Tick(TimeSpan.FromHours(1));
        await _events.ExpectNoMsgAsync(TimeSpan.Zero);
        await _router.ExpectNoMsgAsync(TimeSpan.Zero);
        Assert.Single(back.Accepted);
    }

    [Fact]
    public async Task After_shutdown_it_does_nothing()
    {
        Begin();
        Written(Outage());
        var back = Up();
        _runtime.Routes.Close();
        await Tick(TimeSpan.FromSeconds(1));
        Assert.Empty(back.Accepted);
    }

    private void Begin()
    {
        _runtime = new CacheRuntime("orders", _options, _time, NullLogger.Instance, new FakeConnector());
        Up("a");
        Up("b");
        _sweeper = Sys.ActorOf(SweeperActor.Props(_runtime, _router));
    }

    private int Outage()
    {
        Apply(_runtime.Transitions.On(_runtime.Routes.Table, new ConnectionReport.ServerDown("a:11211", _connections["a"], Gone), Moment.Of(_time)));
        for (var i = 0; i < 3; i++) Apply(_runtime.Transitions.On(_runtime.Routes.Table, new ConnectionReport.AttemptFailed("a:11211", Gone), Moment.Of(_time)));
        return _runtime.Routes.Table.Find("a:11211")!.Id;
    }

    /// <summary>One of the server's keys is written elsewhere.</summary>
    private void Written(int server, int number = 0)
    {
        var table = _runtime.Routes.Table;
        var key = Enumerable.Range(0, int.MaxValue).Select(i => Encoding.UTF8.GetBytes($"key-{i}")).Where(key => table.Owner(table.Place(key)).Id == server).ElementAt(number);
        _runtime.Journal.Writing(key, table.Find("b:11211")!.Id);
    }

    private FakeConnection Up(string host = "a")
    {
        _connections[host] = new FakeConnection(host);
        Apply(_runtime.Transitions.On(_runtime.Routes.Table, new ConnectionReport.ServerUp($"{host}:11211", _connections[host]), Moment.Of(_time)));
        Apply(_runtime.Transitions.Settled(_runtime.Routes.Table, $"{host}:11211", _connections[host]));
        return _connections[host];
    }

    private void Apply(RouteChange change)
    {
        foreach (var server in change.Spoiled) _runtime.Journal.Spoil(server);
        _runtime.Routes.Publish(change.Table);
    }

    private async Task<object> Next() => await _events.ReceiveOneAsync(Patience.Limit);

    private async Task Tick(TimeSpan later)
    {
        await Settled(_sweeper);
        _time.Advance(later);
        Clock.Advance(Pace);
        await Settled(_sweeper);
    }
}
