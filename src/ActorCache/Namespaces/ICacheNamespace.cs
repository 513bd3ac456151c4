namespace ActorCache;

/// <summary>
/// A part of the cache that can be invalidated as a whole, at the cost of one request however much is in it. Its keys stand behind its name
/// and the number of its generation, which the pool keeps under a key of its own: invalidating counts it up, and what was stored before is
/// never asked for again, until memcached has forgotten it.
/// </summary>
/// <remarks>
/// <para>Every call asks for the generation first, so it takes a second round trip; nothing is remembered in the process, so that an
/// invalidation holds from the moment it is answered, whichever process made it. When the generation cannot be had, the call answers with
/// that outcome and nothing is written.</para>
/// <para>A generation that is lost (evicted, or its server has died) reads as invalidated: a new one is begun. A write that races with an
/// invalidation lands in the old generation.</para>
/// <para>Keys have what is left of memcached's 250 bytes: the name and 18 bytes less. <see cref="IActorCache.Monitor"/> speaks of whole keys.
/// <see cref="IActorCache.FlushAllAsync(CancellationToken)"/> invalidates the namespace and flushes no server; its one outcome bears the namespace's name. Namespaces nest, and those inside end with the one around them.</para>
/// </remarks>
public interface ICacheNamespace : IActorCache
{
    /// <summary>
    /// Leaves everything behind that was stored in the namespace: no read that begins after the answer Stored sees it, in any process.
    /// Unavailable with <see cref="StoreResult.MayHaveBeenApplied"/>: it may have happened; repeating it does no harm.
    /// </summary>
    ValueTask<StoreResult> InvalidateAsync(CancellationToken ct = default);
}
