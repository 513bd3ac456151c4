using Akka.Actor;
using Microsoft.Extensions.Logging;

namespace ActorCache.Tests;

/// <summary>Events to one log line each, and to those who watch.</summary>
public class FailoverMonitorTests() : ActorTest(hocon: "one-thread { type = ForkJoinDispatcher, throughput = 1, dedicated-thread-pool { thread-count = 1 } }")
{
    private static readonly DateTimeOffset At = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly ServerEventFeed _feed = new();
    private readonly LogLines _log = new();

    public static TheoryData<int> Lines => [.. Enumerable.Range(0, Events.Length)];

    private static readonly (ServerEvent Event, int Id, LogLevel Level, string Line)[] Events =
    [
        (new ServerEvent.Up("orders", "a", At, 2), 1, LogLevel.Information, "orders: a is up."),
        (new ServerEvent.Suspected("orders", "a", At, 3, "Lost: gone"), 2, LogLevel.Warning,
            "orders: a cannot be reached, others serve its keys meanwhile. Lost: gone"),
        (new ServerEvent.Ejected("orders", "a", At, 4, "Unreachable: refused"), 3, LogLevel.Error,
            "orders: a is ejected from the ring. Unreachable: refused"),
        (new ServerEvent.Reinstated("orders", "a", At, 5), 4, LogLevel.Information, "orders: a is reinstated."),
        (new ServerEvent.NoServerAlive("orders", At, 6), 5, LogLevel.Critical, "orders: no server is alive; every call is answered Unavailable."),
        (new ServerEvent.TopologyChanged("orders", At, 7, ["b", "c"], ["a"], ["d"]), 6, LogLevel.Information,
            "orders: the servers changed. Added: b,c; removed: a; reweighted: d."),
        (new ServerEvent.JournalOverflowed("orders", "a", At, 8), 7, LogLevel.Warning,
            "orders: the journal of a has overflowed; it is flushed before it serves again."),
        (new ServerEvent.Rejected("orders", "a", At, 10, "AuthenticationFailed: it asks who is there"), 11, LogLevel.Error,
            "orders: a is ejected from the ring: there is no agreement with it, and it is dialled less often until there is. AuthenticationFailed: it asks who is there"),
        (new ServerEvent.KeptOut("orders", "a", At, 9, "it refuses flush_all"), 8, LogLevel.Error,
            "orders: a answers but is kept out: it refuses flush_all. Restart it, or allow flush_all."),
    ];

    [Fact]
    public void Every_kind_of_event_has_its_line() => Assert.Equal(
        typeof(ServerEvent).GetNestedTypes().Select(type => type.Name).Order(), Events.Select(line => line.Event.GetType().Name).Order());

    [Theory]
    [MemberData(nameof(Lines))]
    public async Task An_event_is_one_log_line_with_its_id(int row)
    {
        var (happened, id, level, line) = Events[row];
        var watch = _feed.WatchAsync(default).GetAsyncEnumerator();
        await Begin();
        Sys.EventStream.Publish(happened);
        Assert.True(await watch.MoveNextAsync().Soon());
        Assert.Equal(happened, watch.Current);
        await Settled(_monitor!);
        Assert.Equal([(id, level, line)], _log.All);
    }

    [Fact]
    public async Task Another_caches_events_are_not_its_business()
    {
        var watch = _feed.WatchAsync(default).GetAsyncEnumerator();
        await Begin();
        Sys.EventStream.Publish(new ServerEvent.Up("carts", "a", At, 2));
        Sys.EventStream.Publish(new ServerEvent.Up("orders", "b", At, 2));
        Assert.True(await watch.MoveNextAsync().Soon());
        Assert.Equal("b", watch.Current.Server);
        await Settled(_monitor!);
        Assert.Single(_log.All);
    }

    [Fact]
    public async Task What_is_announced_before_its_first_run_is_not_lost()
    {
        using var busy = new ManualResetEventSlim();
        Sys.ActorOf(Props.Create(() => new Occupant()).WithDispatcher("one-thread")).Tell(busy);
        var watch = _feed.WatchAsync(default).GetAsyncEnumerator();
        FailoverMonitor.Start(Sys, Sys.EventStream, Monitor.WithDispatcher("one-thread"));
        Sys.EventStream.Publish(new ServerEvent.Up("orders", "a", At, 2));
        busy.Set();
        Assert.True(await watch.MoveNextAsync().Soon());
        Assert.Equal("a", watch.Current.Server);
    }

    private IActorRef? _monitor;

    private Props Monitor => FailoverMonitor.Props("orders", _feed, _log);

    private async Task Begin()
    {
        _monitor = FailoverMonitor.Start(Sys, Sys.EventStream, Monitor);
        await Settled(_monitor);
    }

    /// <summary>Keeps its dispatcher's thread until it is told that it may go.</summary>
    private sealed class Occupant : UntypedActor
    {
        protected override void OnReceive(object message) => ((ManualResetEventSlim)message).Wait(Patience.Limit);
    }
}
