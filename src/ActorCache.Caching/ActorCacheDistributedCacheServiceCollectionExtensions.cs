using ActorCache.Caching;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace ActorCache;

/// <summary>
/// <c>services.AddActorCacheDistributedCache()</c>: a cache that <c>AddActorCache</c> has added, or <c>AddKeyedActorCache</c>, as
/// <see cref="IDistributedCache"/>. Of several that are registered the last one counts, as with Microsoft's own.
/// </summary>
public static class ActorCacheDistributedCacheServiceCollectionExtensions
{
    /// <summary>Adds the distributed cache.</summary>
    /// <param name="services">Where the cache itself is, or will be, too.</param>
    /// <param name="configure">Which cache, and a prefix; null for the unnamed one and none.</param>
    public static IServiceCollection AddActorCacheDistributedCache(this IServiceCollection services, Action<ActorCacheDistributedCacheOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddOptions<ActorCacheDistributedCacheOptions>().Configure(configure ?? (static _ => { }));
        return services.AddSingleton<IDistributedCache>(static provider => Create(provider, Options.DefaultName, cacheName: null));
    }

    /// <summary>Adds a distributed cache as a keyed service, for hosts with several of them.</summary>
    /// <param name="services">Where the cache itself is, or will be, too.</param>
    /// <param name="name">Its key and, unless configured otherwise, that of the cache it stands on.</param>
    /// <param name="configure">Which cache, and a prefix; null for the one of the same name and none.</param>
    public static IServiceCollection AddKeyedActorCacheDistributedCache(this IServiceCollection services, string name, Action<ActorCacheDistributedCacheOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentException.ThrowIfNullOrEmpty(name);
        services.AddOptions<ActorCacheDistributedCacheOptions>(name).Configure(configure ?? (static _ => { }));
        return services.AddKeyedSingleton<IDistributedCache>(name, static (provider, key) => Create(provider, (string)key!, (string)key!));
    }

    private static ActorCacheDistributedCache Create(IServiceProvider provider, string optionsName, string? cacheName)
    {
        var options = provider.GetRequiredService<IOptionsMonitor<ActorCacheDistributedCacheOptions>>().Get(optionsName);
        cacheName = options.CacheName ?? cacheName;
        var cache = cacheName is null ? provider.GetService<IActorCache>() : provider.GetKeyedService<IActorCache>(cacheName);
        if (cache is null)
            throw new InvalidOperationException(cacheName is null
                ? "ActorCache: there is no cache for AddActorCacheDistributedCache to stand on; add one with services.AddActorCache(...)."
                : $"ActorCache: there is no cache named \"{cacheName}\"; add it with services.AddKeyedActorCache(\"{cacheName}\", ...).");
        return new ActorCacheDistributedCache(cache, options, provider.GetService<TimeProvider>());
    }
}
