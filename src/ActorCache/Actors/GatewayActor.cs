using Akka.Actor;

namespace ActorCache;

/// <summary>
/// The door for other actors: takes a request of <see cref="CacheProtocol"/>, runs it as the facade would, and pipes the answer to whoever
/// asked. Requests of <see cref="ControlProtocol"/> go on to the router, but for the servers where those are found by discovery. It waits for nothing, so no request stands behind another.
/// </summary>
internal sealed class GatewayActor(IActorCache cache, IActorRef router, IActorRef? discovery) : UntypedActor
{
    public static Props Props(IActorCache cache, IActorRef router, IActorRef? discovery = null) =>
        Akka.Actor.Props.Create(() => new GatewayActor(cache, router, discovery));

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case ICacheRequest request:
                Answer(request).PipeTo(Sender, failure: e => new Status.Failure(e));
                break;
            case ControlProtocol.SetTopology when discovery is not null:
                discovery.Forward(message);
                break;
            case IControlRequest or DialNow:
                router.Forward(message);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private async Task<object> Answer(ICacheRequest request) => request switch
    {
        CacheProtocol.Get get => Reply(get.Key, await cache.GetAsync<byte[]>(get.Key).ConfigureAwait(false)),
        CacheProtocol.GetAndTouch get => Reply(get.Key, await cache.GetAndTouchAsync<byte[]>(get.Key, get.Ttl).ConfigureAwait(false)),
        CacheProtocol.GetMany many => Reply(await cache.GetManyAsync<byte[]>(many.Keys).ConfigureAwait(false)),
        CacheProtocol.Set set => Reply(set.Key, await cache.SetAsync(set.Key, set.Value, set.Ttl).ConfigureAwait(false)),
        CacheProtocol.Store store => Reply(store.Key, await cache.StoreAsync(store.Key, store.Value,
            new StoreOptions { Mode = store.Mode, Cas = store.Cas, Ttl = store.Ttl, Tags = store.Tags }).ConfigureAwait(false)),
        CacheProtocol.SetMany many => Reply(await cache.SetManyAsync(many.Items, many.Ttl).ConfigureAwait(false)),
        CacheProtocol.Delete delete => Reply(delete.Key, await cache.DeleteAsync(delete.Key).ConfigureAwait(false)),
        CacheProtocol.DeleteMany many => Reply(await cache.DeleteManyAsync(many.Keys).ConfigureAwait(false)),
        CacheProtocol.Touch touch => Reply(touch.Key, await cache.TouchAsync(touch.Key, touch.Ttl).ConfigureAwait(false)),
        CacheProtocol.Invalidate invalidate => Reply(invalidate.Key, await cache.InvalidateAsync(invalidate.Key, invalidate.StaleFor).ConfigureAwait(false)),
        CacheProtocol.InvalidateNamespace all => Reply(all.Name, await cache.Namespace(all.Name).InvalidateAsync().ConfigureAwait(false)),
        CacheProtocol.InvalidateTags tagged => Reply(await cache.InvalidateTagsAsync(tagged.Tags).ConfigureAwait(false)),
        CacheProtocol.InvalidateTag tagged => Reply(tagged.Tag, await cache.InvalidateTagAsync(tagged.Tag).ConfigureAwait(false)),
        CacheProtocol.Increment count => Reply(count.Key,
            await cache.IncrementAsync(count.Key, count.By, count.Initial, count.Ttl).ConfigureAwait(false)),
        CacheProtocol.Decrement count => Reply(count.Key,
            await cache.DecrementAsync(count.Key, count.By, count.Initial, count.Ttl).ConfigureAwait(false)),
        CacheProtocol.FlushAll flush => await cache.FlushAllAsync(flush.Delay, flush.Server).ConfigureAwait(false),
        CacheProtocol.Stats stats => await cache.StatsAsync(stats.Group, stats.Server).ConfigureAwait(false),
        CacheProtocol.Version version => await cache.VersionAsync(version.Server).ConfigureAwait(false),
        _ => throw new ArgumentException($"{request.GetType()} is no request of the cache protocol.", nameof(request)),
    };

    private static GetReply Reply(string key, CacheResult<byte[]> result) => result.Outcome switch
    {
        CacheOutcome.Hit => new GetReply.Hit(key, result.Value!, result.Cas, result.Server!, result.FromStandIn),
        CacheOutcome.Miss => new GetReply.Miss(key, result.Server!),
        _ => new GetReply.Unavailable(key, result.Outcome),
    };

    private static GetManyReply Reply(IReadOnlyDictionary<string, CacheResult<byte[]>> results) =>
        new(results.ToDictionary(result => result.Key, result => Reply(result.Key, result.Value), StringComparer.Ordinal));

    private static StoreManyReply Reply(IReadOnlyDictionary<string, StoreResult> results) =>
        new(results.ToDictionary(result => result.Key, result => Reply(result.Key, result.Value), StringComparer.Ordinal));

    private static StoreReply Reply(string key, StoreResult result) => result.Outcome switch
    {
        CacheOutcome.Stored => new StoreReply.Stored(key, result.Server!),
        CacheOutcome.NotStored => new StoreReply.NotStored(key, result.Server!),
        CacheOutcome.Exists => new StoreReply.Exists(key, result.Server!),
        CacheOutcome.NotFound => new StoreReply.NotFound(key, result.Server!),
        CacheOutcome.Unavailable or CacheOutcome.TimedOut or CacheOutcome.Overloaded =>
            new StoreReply.Unavailable(key, result.Outcome, result.MayHaveBeenApplied),
        _ => new StoreReply.Refused(key, result.Outcome, result.Server!),
    };

    private static CounterReply Reply(string key, CounterResult result) => result.Outcome switch
    {
        CacheOutcome.Stored => new CounterReply.Counted(key, result.Value, result.Server!),
        CacheOutcome.NotFound => new CounterReply.NotFound(key, result.Server!),
        CacheOutcome.Unavailable or CacheOutcome.TimedOut or CacheOutcome.Overloaded =>
            new CounterReply.Unavailable(key, result.Outcome, result.MayHaveBeenApplied),
        _ => new CounterReply.Refused(key, result.Outcome, result.Server!),
    };
}
