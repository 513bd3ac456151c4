namespace ActorCache.OutputCaching;

/// <summary>Where an <see cref="ActorCacheOutputCacheStore"/> keeps its entries.</summary>
public sealed class ActorCacheOutputCacheOptions
{
    /// <summary>The name of a keyed cache (<c>AddKeyedActorCache</c>); null for the unnamed one. Default null. Only for a cache that is come by as a service.</summary>
    public string? CacheName { get; set; }

    /// <summary>
    /// What its keys and tags begin with; of the 100 bytes of a tag it must leave 34. Sites that share a pool, and are to evict nothing of each other's, need
    /// different ones. Default <c>output:</c>.
    /// </summary>
    public string KeyPrefix { get; set; } = "output:";
}
