namespace ActorCache;

/// <summary>What an operator asks a cache: how its servers are, what happens to them, and where a key goes and why.</summary>
public interface IActorCacheMonitor
{
    /// <summary>The state of every server now, and of the ring.</summary>
    CacheSnapshot Current { get; }

    /// <summary>
    /// What happens from now on, until cancelled or the cache shuts down. A reader that falls more than 1,024 events behind loses the
    /// oldest; <see cref="Current"/> is always whole.
    /// </summary>
    IAsyncEnumerable<ServerEvent> WatchAsync(CancellationToken ct = default);

    /// <summary>Where a key goes at this moment, and why there.</summary>
    /// <exception cref="ArgumentException">The key is not one.</exception>
    KeyRoute Explain(string key);
}
