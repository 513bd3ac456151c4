using ActorCache.Placement;
using Akka.Actor;
using Akka.Hosting;

namespace ActorCache;

/// <summary>
/// The parent of one cache's actors. Router and connections are siblings, so that a crashing socket cannot take the ring along; a child
/// that fails is restarted and finds its state in the route table or in what its siblings say again.
/// </summary>
internal sealed class CacheGuardian(CacheRuntime runtime) : UntypedActor
{
    private const string Dispatcher = "actor-cache.dispatcher";

    public static Props Props(CacheRuntime runtime) => Akka.Actor.Props.Create(() => new CacheGuardian(runtime)).WithDispatcher(Dispatcher);

    protected override void PreStart()
    {
        var (options, time) = (runtime.Options, runtime.Time);
        var servers = Context.ActorOf(ServersActor.Props(options, (server, router) =>
            ConnectionActor.Props(server, router, runtime.Connector, options.ProvenAfter, options.DrainTimeout, options.MaxRetryDelay, runtime.Ended).WithDispatcher(Dispatcher)).WithDispatcher(Dispatcher), "servers");
        FailoverMonitor.Start(Context, Context.System.EventStream, FailoverMonitor.Props(runtime.Name, runtime.Feed, runtime.Log, runtime.Telemetry).WithDispatcher(Dispatcher));
        var router = Context.ActorOf(RouterActor.Props(runtime.Name, runtime.Routes, runtime.Journal, runtime.Transitions, runtime.Timeouts, servers, time).WithDispatcher(Dispatcher), "router");
        Context.ActorOf(SweeperActor.Props(runtime, router).WithDispatcher(Dispatcher), "sweeper");
        var discovery = runtime.Discovery is null ? null
            : Context.ActorOf(DiscoveryActor.Props(runtime.Name, runtime.Discovery, options, runtime.Routes, router, runtime.Log).WithDispatcher(Dispatcher), "discovery");
        var gateway = Context.ActorOf(GatewayActor.Props(runtime.Client, router, discovery), "gateway");

        if (runtime.Routes.TableOrNull is { } table)
        {
            servers.Tell(new ServersActor.Serve(table.IsSought ? null : table.Ring.Topology, router));
            discovery?.Tell(new DiscoveryActor.Seek([.. options.Servers.Select(ServerAddress.Parse)]));
        }
        // The registry goes by type: of several caches it has the one without a key.
        if (runtime.Name == ActorCacheExtension.DefaultName) ActorRegistry.For(Context.System).TryRegister<ActorCacheGateway>(gateway);
        runtime.Started(gateway);
    }

    protected override void OnReceive(object message) => Unhandled(message);
}
