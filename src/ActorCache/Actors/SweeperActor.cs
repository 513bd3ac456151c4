using Akka.Actor;
using Akka.Event;

namespace ActorCache;

/// <summary>
/// Ticks the sweeper, tells the router which server is fit to serve again, and the world what the journal could not hold. Deletes are sent
/// over the servers' own connections; nothing of them passes its mailbox but how a sweep ended.
/// </summary>
internal sealed class SweeperActor : UntypedActor, IWithTimers
{
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(1);
    private readonly CacheRuntime _runtime;
    private readonly IActorRef _router;
    private readonly Sweeper _sweeper;

    public SweeperActor(CacheRuntime runtime, IActorRef router)
    {
        (_runtime, _router) = (runtime, router);
        var self = Self;
        _sweeper = new Sweeper(runtime.Journal, runtime.Dispatcher, Settling, (server, end) => self.Tell(new Ended(server, end)));
    }

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Props(CacheRuntime runtime, IActorRef router) => Akka.Actor.Props.Create(() => new SweeperActor(runtime, router));

    protected override void PreStart() => Timers.StartPeriodicTimer(Tick.Instance, Tick.Instance, Pace);

    protected override void OnReceive(object message)
    {
        if (_runtime.Routes.TableOrNull is not { } table) return;
        switch (message)
        {
            case Tick:
                _sweeper.Tick(table);
                while (_runtime.Journal.TryTakeOverflow(out var id))
                {
                    if (Array.Find(table.Servers, server => server.Id == id) is not { } server) continue;
                    Announce(new ServerEvent.JournalOverflowed(_runtime.Name, server.Name, _runtime.Time.GetUtcNow(), table.Version));
                }
                break;
            case Ended(var server, var end):
                _sweeper.End(server, end);
                if (end is SweepEnd.Clean or SweepEnd.Settled) _router.Tell(new SweepReport(server.Name, server.Live!, end));
                else if (end == SweepEnd.FlushRefused)
                    Announce(new ServerEvent.KeptOut(_runtime.Name, server.Name, _runtime.Time.GetUtcNow(), table.Version, "it has to be flushed, and refuses flush_all"));
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private static void Announce(ServerEvent happened) => Context.System.EventStream.Publish(happened);

    private sealed record Ended(ServerRoute Server, SweepEnd End) : INoSerializationVerificationNeeded, IDeadLetterSuppression;

    private sealed class Tick : INoSerializationVerificationNeeded, IDeadLetterSuppression
    {
        public static readonly Tick Instance = new();
    }
}
