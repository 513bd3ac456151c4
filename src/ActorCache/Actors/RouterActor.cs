using ActorCache.Placement;
using Akka.Actor;

namespace ActorCache;

/// <summary>
/// Decides who serves which key. It holds the ring, hears from the connection actors, and is the only writer of the route table: it
/// folds what it hears into a new table, publishes that, and only then announces. It touches no socket, so no socket can take it along.
/// </summary>
internal sealed class RouterActor(string cache, CurrentRoutes routes, RouteTransitions transitions, IActorRef servers, TimeProvider time) : UntypedActor
{
    public static Props Props(string cache, CurrentRoutes routes, RouteTransitions transitions, IActorRef servers, TimeProvider time) =>
        Akka.Actor.Props.Create(() => new RouterActor(cache, routes, transitions, servers, time));

    protected override void PreStart()
    {
        // The last table outlives an incarnation of the router; what happened in between, the connections say again.
        if (routes.TableOrNull is { } table) Become(Routing(table));
        servers.Tell(new AnnounceConnections(Self));
    }

    protected override void OnReceive(object message) => Unhandled(message); // After shutdown nothing is routed.

    private UntypedReceive Routing(RouteTable table) => message =>
    {
        switch (message)
        {
            case ConnectionReport report:
                Apply(transitions.On(table, report, time.GetUtcNow()));
                break;
            case ControlProtocol.Eject({ } name) when table.Find(name) is { } server:
                ApplyAndReply(transitions.Eject(table, server, time.GetUtcNow()));
                break;
            case ControlProtocol.Reinstate({ } name) when table.Find(name) is { } server:
                ApplyAndReply(transitions.Reinstate(table, server, time.GetUtcNow()));
                break;
            case ControlProtocol.Eject or ControlProtocol.Reinstate:
                Sender.Tell(new ControlReply.Refused($"There is no such server; there are {string.Join(", ", table.Servers.Select(server => server.Name))}."));
                break;
            case ControlProtocol.SetTopology(var texts):
                SetTopology(texts);
                break;
            case ControlProtocol.GetStatus:
                Sender.Tell(new ControlReply.Done(ActorCacheMonitor.Snapshot(cache, table)));
                break;
            default:
                Unhandled(message);
                break;
        }

        void SetTopology(IReadOnlyList<string> texts)
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
            ApplyAndReply(transitions.SetTopology(table, topology, time.GetUtcNow()));
            servers.Tell(new SetServers(topology));
        }

        void ApplyAndReply(RouteChange change)
        {
            Apply(change);
            Sender.Tell(new ControlReply.Done(ActorCacheMonitor.Snapshot(cache, change.Table)));
        }

        void Apply(RouteChange change)
        {
            if (change.Table == table) return;
            routes.Publish(change.Table);
            foreach (var before in table.Servers)
            {
                // Operations wait at a server's entrance only while it is dialled for the first time.
                if (change.Table.Find(before.Name) is not { Health.State: ServerState.Connecting }) before.Entrance.Open();
            }
            foreach (var happened in change.Events) Context.System.EventStream.Publish(happened);
            Become(Routing(change.Table));
        }
    };
}
