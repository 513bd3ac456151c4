using ActorCache.OutputCaching;
using Microsoft.AspNetCore.OutputCaching;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace ActorCache;

/// <summary>
/// <c>services.AddActorCacheOutputCache()</c>: a cache that <c>AddActorCache</c> has added, or <c>AddKeyedActorCache</c>, as the store of ASP.NET Core's output
/// caching. Before <c>AddOutputCache</c> or after it.
/// </summary>
public static class ActorCacheOutputCacheServiceCollectionExtensions
{
    /// <summary>Adds the store.</summary>
    /// <param name="services">Where the cache itself is, or will be, too.</param>
    /// <param name="configure">Which cache, and a prefix; null for the unnamed one and the usual one.</param>
    public static IServiceCollection AddActorCacheOutputCache(this IServiceCollection services, Action<ActorCacheOutputCacheOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddOptions<ActorCacheOutputCacheOptions>().Configure(configure ?? (static _ => { }));
        return services.AddSingleton<IOutputCacheStore>(Create);
    }

    private static ActorCacheOutputCacheStore Create(IServiceProvider provider)
    {
        var options = provider.GetRequiredService<IOptions<ActorCacheOutputCacheOptions>>().Value;
        var cache = options.CacheName is { } name ? provider.GetKeyedService<IActorCache>(name) : provider.GetService<IActorCache>();
        if (cache is null)
            throw new InvalidOperationException(options.CacheName is null
                ? "ActorCache: there is no cache for AddActorCacheOutputCache to stand on; add one with services.AddActorCache(...)."
                : $"ActorCache: there is no cache named \"{options.CacheName}\"; add it with services.AddKeyedActorCache(\"{options.CacheName}\", ...).");
        return new ActorCacheOutputCacheStore(cache, options);
    }
}
