using ActorCache.Placement;
using ActorCache.Transport;
using Akka.Actor;
using Akka.Event;
using Akka.Pattern;

namespace ActorCache;

/// <summary>Knows which servers should exist, and has one supervised connection actor for each. Who serves is the router's business.</summary>
internal sealed class ServersActor(ActorCacheOptions options, Func<ServerAddress, IActorRef, Props> connection) : UntypedActor, IWithTimers
{
    // A pause is two to four thirds of what doubling makes it: caches that lost a server together shall not all come back in the same second.
    // Akka's jitter only adds, so it starts from the shortest, and may add as much again.
    private const double Shortest = 2d / 3;
    private const double Jitter = 1;

    private const string ConnectionName = "connection";

    // A server that leaves and comes back at once must not meet the name of its own dying actor.
    private int _named;
    private Serve? _serving; // what the next incarnation begins with, should this one fail

    public ITimerScheduler Timers { get; set; } = null!;

    /// <summary>For one cache; <paramref name="connection"/> makes a connection actor of a server and the router it reports to.</summary>
    public static Props Props(ActorCacheOptions options, Func<ServerAddress, IActorRef, Props> connection) =>
        Akka.Actor.Props.Create(() => new ServersActor(options, connection));

    protected override void PreRestart(Exception reason, object message)
    {
        // A restart stops the children, and their connections with them.
        base.PreRestart(reason, message);
        if (_serving is not null) Self.Tell(_serving);
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Serve(var topology, var router) serve:
                _serving = serve;
                Become(Supervising(router, []));
                if (topology is not null) Self.Tell(new SetServers(topology), Sender);
                break;
            case AnnounceConnections or SetServers or StartPausesOver or DialNow:
                break; // There are none yet, and Serve will say which.
            default:
                Unhandled(message);
                break;
        }
    }

    private UntypedReceive Supervising(IActorRef router, Dictionary<string, IActorRef> servers) => message =>
    {
        switch (message)
        {
            case SetServers(var topology):
                foreach (var gone in servers.Keys.Where(name => topology.IndexOf(name) < 0).ToList())
                {
                    // What is in flight there is answered yet; then it goes, whether that took all the time there is or none.
                    servers[gone].Tell(Leave.Instance);
                    Timers.StartSingleTimer(servers[gone], new Left(servers[gone]), options.DrainTimeout);
                    servers.Remove(gone);
                }
                foreach (var server in topology.Servers)
                {
                    if (!servers.ContainsKey(server.Name)) servers[server.Name] = Context.ActorOf(Supervised(server, router), NewName(server));
                }
                _serving = new Serve(topology, router);
                break;
            case Paused:
                // Told to leave between two attempts: there shall not be another one.
                Context.Stop(Sender);
                break;
            case Left(var server):
                Timers.Cancel(server);
                Context.Stop(server);
                break;
            case StartPausesOver:
                foreach (var server in servers.Values) server.Tell(BackoffSupervisor.Reset.Instance);
                break;
            case DialNow(null) or AnnounceConnections:
                Context.ActorSelection($"*/{ConnectionName}").Tell(message);
                break;
            case DialNow({ } name) when servers.TryGetValue(name, out var one):
                // Not by way of its supervisor, which has it tell who leaves from who pauses.
                Context.ActorSelection(one.Path / ConnectionName).Tell(message);
                break;
            case DialNow:
                break;
            default:
                Unhandled(message);
                break;
        }
    };

    // OnStop, not OnFailure: a connection actor ends by stopping once it has said why, so that an outage does not fill the log with stack
    // traces. An exception is a defect of ours: it is logged, stops the actor too, and the next incarnation comes after the same pause.
    private Props Supervised(ServerAddress server, IActorRef router)
    {
        var last = options.MaxRetryDelay / (1 + Jitter);
        var first = TimeSpan.FromTicks(Math.Min((options.RetryDelay * Shortest).Ticks, last.Ticks));
        return BackoffSupervisor.Props(
            Backoff.OnStop(connection(server, router), ConnectionName, first, last, Jitter, maxNrOfRetries: -1)
                .WithManualReset()
                .WithReplyWhileStopped(Paused.Instance)
                .WithDefaultStoppingStrategy());
    }

    private string NewName(ServerAddress server) =>
        $"{string.Concat(server.Name.Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or ':' or '_' ? c : '_'))}~{++_named}";

    private sealed class Paused : INoSerializationVerificationNeeded, IDeadLetterSuppression
    {
        public static readonly Paused Instance = new();
    }

    private sealed record Left(IActorRef Server) : INoSerializationVerificationNeeded, IDeadLetterSuppression;

    /// <summary>Begin: these are the servers, if they are known yet, and this is whom their connections report to.</summary>
    internal sealed record Serve(Topology? Topology, IActorRef Router) : INoSerializationVerificationNeeded;
}
