namespace ActorCache;

/// <summary>How to store.</summary>
public sealed record StoreOptions
{
    /// <summary>What to do with an item that exists, or does not. Default: <see cref="StoreMode.Set"/>, whatever was there.</summary>
    public StoreMode Mode { get; init; }

    /// <summary>Store only if the item still has this version (<see cref="CacheResult{T}.Cas"/>). Not 0. Default: no check.</summary>
    public ulong? Cas { get; init; }

    /// <summary>How long the item lives; null for ever. Append and prepend leave the item's own.</summary>
    public TimeSpan? Ttl { get; init; }
}
