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

    /// <summary>
    /// Tags by which the value can be invalidated together with others (<see cref="IActorCache.InvalidateTagAsync"/>): at most 16, each of 1 to 100
    /// bytes of UTF-8 made as keys are, without <c>~</c>. A list of them and their generations is stored before the value (2 bytes, and 9 and its
    /// own length a tag), so other clients do not read it. Not for append and prepend. Default none.
    /// </summary>
    public IReadOnlyCollection<string>? Tags { get; init; }
}
