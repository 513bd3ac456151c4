namespace ActorCache.Caching;

/// <summary>Where an <see cref="ActorCacheDistributedCache"/> keeps its entries.</summary>
public sealed class ActorCacheDistributedCacheOptions
{
    /// <summary>The name of a keyed cache (<c>AddKeyedActorCache</c>); null for the unnamed one. Default null. Only for a cache that is come by as a service.</summary>
    public string? CacheName { get; set; }

    /// <summary>
    /// What its keys begin with, behind the cache's own prefix (<see cref="ActorCacheOptions.KeyPrefix"/>) and counted like that one; end it with a delimiter.
    /// Of the cache's 250 bytes it must leave 34. Default none.
    /// </summary>
    public string KeyPrefix { get; set; } = "";
}
