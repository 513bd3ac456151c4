using Akka.Actor;
using Akka.Hosting;

namespace ActorCache;

/// <summary>
/// The Ask door of a keyed cache for whoever injects it: <c>[FromKeyedServices("orders")] IRequiredActor&lt;ActorCacheGateway&gt;</c>. The actor
/// registry goes by type, and has the gateway of the cache without a key.
/// </summary>
internal sealed class KeyedGateway(CacheRuntime runtime) : IRequiredActor<ActorCacheGateway>
{
    // Its actor is there moments after the cache; one that never comes is that of an actor system which has ended.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public IActorRef ActorRef => runtime.Gateway.WaitAsync(Patience).GetAwaiter().GetResult();

    public Task<IActorRef> GetAsync(CancellationToken cancellationToken = default) => runtime.Gateway.WaitAsync(cancellationToken);
}
