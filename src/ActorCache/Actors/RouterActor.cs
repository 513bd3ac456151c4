using ActorCache.Placement;
using ActorCache.Transport;
using Akka.Actor;
using Akka.Event;

namespace ActorCache;

/// <summary>
/// Decides who serves which key. It holds the ring, hears from the connection actors, and is the only writer of the route table: it
/// folds what it hears into a new table, publishes that, and only then announces. It touches no socket, so no socket can take it along.
/// </summary>
internal sealed class RouterActor(
    string cache, CurrentRoutes routes, Journal journal, RouteTransitions transitions, Timeouts timeouts, IActorRef servers, TimeProvider time)
    : UntypedActor, IWithTimers
{
    private static readonly TimeSpan ReviewPace = TimeSpan.FromMilliseconds(50);

    public ITimerScheduler Timers { get; set; } = null!;

    private Moment Now => Moment.Of(time);

    public static Props Props(string cache, CurrentRoutes routes, Journal journal, RouteTransitions transitions, Timeouts timeouts, IActorRef servers,
        TimeProvider time) => Akka.Actor.Props.Create(() => new RouterActor(cache, routes, journal, transitions, timeouts, servers, time));

    protected override void PreStart()
    {
        // The last table outlives an incarnation of the router; what happened in between, the connections say again.
        if (routes.TableOrNull is { } table)
        {
            Become(Routing(table));
            SetPace(table);
            if (!table.IsSought) servers.Tell(new SetServers(table.Ring.Topology));
        }
        servers.Tell(new AnnounceConnections(Self));
    }

    protected override void OnReceive(object message) => Unhandled(message); // After shutdown nothing is routed.

    private UntypedReceive Routing(RouteTable table, JoiningServers? joining = null) => message =>
    {
        switch (message)
        {
            case ConnectionReport.ServerUp up when IsJoining(up) && RouteTransitions.IsDraining(table, up.Server):
                break; // It is asked again when that is over.
            case ConnectionReport.ServerLeft left:
                Apply(transitions.On(table, left, Now), joining);
                if (IsJoining(left)) servers.Tell(new AnnounceConnections(Self));
                break;
            case ConnectionReport.ServerUp up when IsJoining(up) && transitions.IsToBeFlushed(table, up, Now):
                Sender.Tell(FlushServer.Instance);
                break;
            case ConnectionReport report when IsJoining(report):
                Await(joining!.On(report));
                break;
            case ConnectionReport report:
                Apply(transitions.On(table, report, Now), joining);
                if (report is ConnectionReport.AttemptFailed && RouteTransitions.IsYoungOutage(table, Now)) servers.Tell(StartPausesOver.Instance);
                break;
            case SweepReport(var server, var connection, SweepEnd.Settled):
                Apply(transitions.Settled(table, server, connection), joining);
                break;
            case SweepReport(var server, var connection, _):
                Apply(transitions.Swept(table, server, connection, Now), joining);
                break;
            case Review:
                Apply(transitions.Review(table, Now), joining);
                break;
            case JoinEnded when joining is not null:
                SetTopology(joining);
                servers.Tell(new AnnounceConnections(Self)); // Some may be connected, and not through with what was before.
                break;
            case JoinEnded:
                break;
            case ControlProtocol.Eject({ } name) when table.Find(name) is { } server:
                ApplyAndReply(transitions.Eject(table, server, Now));
                break;
            case ControlProtocol.Reinstate({ } name) when table.Find(name) is { } server:
                ApplyAndReply(transitions.Reinstate(table, server, Now));
                servers.Tell(new DialNow(name));
                break;
            case ControlProtocol.Eject or ControlProtocol.Reinstate:
                Sender.Tell(new ControlReply.Refused($"There is no such server; there are {string.Join(", ", table.Servers.Select(server => server.Name))}."));
                break;
            case ControlProtocol.SetTopology(var texts):
                Join(texts);
                break;
            case DialNow:
                servers.Tell(message);
                break;
            case ServersNotFound(var why) when table.IsSought:
                Apply(transitions.NotFound(table, why, Now), joining);
                break;
            case ServersNotFound:
                break; // Those there are stay.
            case ControlProtocol.GetStatus:
                Sender.Tell(new ControlReply.Done(ActorCacheMonitor.Snapshot(cache, table, journal)));
                break;
            default:
                Unhandled(message);
                break;
        }

        bool IsJoining(ConnectionReport report) => table.Find(report.Server) is null && joining?.Topology.IndexOf(report.Server) >= 0;

        void Join(IReadOnlyList<string> texts)
        {
            Topology topology;
            try
            {
                topology = new Topology(texts.Select(ServerAddress.Parse));
            }
            catch (Exception e) when (e is ArgumentException or FormatException)
            {
                Sender.Tell(new ControlReply.Refused(e.Message));
                return;
            }
            if (table.IsSought)
            {
                // Nobody serves yet who could go on while others are dialled.
                Publish(transitions.Found(table, topology, Now), topology, [Sender]);
                return;
            }
            // Who says again what is being done has nothing dialled anew, nor waits for longer.
            if (joining?.Topology.Servers.SequenceEqual(topology.Servers) == true)
            {
                Become(Routing(table, joining with { Askers = [.. joining.Askers, Sender] }));
                return;
            }
            var added = table.Ring.Topology.ChangeTo(topology).Added;
            // A later topology takes the place of one that still waits; who has answered meanwhile need not be dialled again.
            var joined = (joining?.Joined ?? new Dictionary<string, ConnectionReport.ServerUp>()).Where(one => added.Any(server => server.Name == one.Key)).ToDictionary();
            servers.Tell(new SetServers(new Topology([.. table.Ring.Topology.Servers, .. added])));
            Timers.StartSingleTimer(JoinEnded.Instance, JoinEnded.Instance, 2 * timeouts.Connect);
            Await(new JoiningServers(topology, added.Select(server => server.Name).Except(joined.Keys).ToHashSet(StringComparer.Ordinal),
                joined, [.. joining?.Askers ?? [], Sender]));
        }

        // Connect first, then publish the ring, then drain those who have left: in this order no key is without a server.
        void Await(JoiningServers waiting)
        {
            if (waiting.Awaited.Count == 0) SetTopology(waiting);
            else Become(Routing(table, waiting));
        }

        void SetTopology(JoiningServers complete)
        {
            Timers.Cancel(JoinEnded.Instance);
            Publish(transitions.SetTopology(table, complete.Topology, complete.Joined, Now), complete.Topology, complete.Askers);
            foreach (var refused in complete.Refused) Self.Tell(refused);
        }

        void Publish(RouteChange change, Topology topology, IReadOnlyList<IActorRef> askers)
        {
            Apply(change, joining: null);
            servers.Tell(new SetServers(topology));
            foreach (var asker in askers) asker.Tell(new ControlReply.Done(ActorCacheMonitor.Snapshot(cache, change.Table, journal)));
        }

        void ApplyAndReply(RouteChange change)
        {
            Apply(change, joining);
            Sender.Tell(new ControlReply.Done(ActorCacheMonitor.Snapshot(cache, change.Table, journal)));
        }

        void Apply(RouteChange change, JoiningServers? joining)
        {
            foreach (var server in change.Emptied) journal.Flushed(journal.BeforeFlush(server));
            foreach (var server in change.Spoiled) journal.Spoil(server);
            if (change.Table != table) routes.Publish(change.Table);
            foreach (var before in table.Servers)
            {
                var after = change.Table.Find(before.Name);
                if (after is not { HasEntrance: true } || after.Entrance != before.Entrance) before.Entrance.Open();
            }
            foreach (var happened in change.Events) Context.System.EventStream.Publish(happened);
            SetPace(change.Table);
            Become(Routing(change.Table, joining));
        }
    };

    private void SetPace(RouteTable table)
    {
        if (!table.NeedsReview) Timers.Cancel(Review.Instance);
        else if (!Timers.IsTimerActive(Review.Instance)) Timers.StartPeriodicTimer(Review.Instance, Review.Instance, ReviewPace);
    }

    private sealed class Review : INoSerializationVerificationNeeded, IDeadLetterSuppression
    {
        public static readonly Review Instance = new();
    }

    private sealed class JoinEnded : INoSerializationVerificationNeeded, IDeadLetterSuppression
    {
        public static readonly JoinEnded Instance = new();
    }
}
