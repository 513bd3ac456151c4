using Akka.Actor;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace ActorCache;

/// <summary>
/// <c>services.AddActorCache(...)</c>: the cache as <see cref="IActorCache"/>. It uses the host's <see cref="ActorSystem"/> if there is
/// one, whatever the order of registration, and makes a quiet one of its own otherwise. Options are checked at start; later calls add to
/// earlier ones. An <see cref="ICacheSerializer"/> or <see cref="ICacheCompressor"/> that is registered as a service is used.
/// </summary>
public static class ActorCacheServiceCollectionExtensions
{
    /// <summary>Adds the cache with a connection string: <c>cache-1:11211,cache-2:11211;connect_timeout=500ms</c>.</summary>
    public static IServiceCollection AddActorCache(this IServiceCollection services, string connectionString)
    {
        ArgumentNullException.ThrowIfNull(connectionString);
        return services.AddActorCache(options => OptionSources.ReadConnectionString(options, connectionString));
    }

    /// <summary>Adds the cache with options from configuration, and follows it when it is reloaded: this section's values or, if it has one, its section <c>ActorCache</c>.</summary>
    public static IServiceCollection AddActorCache(this IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        services?.AddSingleton<IOptionsChangeTokenSource<ActorCacheOptions>>(new ConfigurationChangeTokenSource<ActorCacheOptions>(configuration));
        return services!.AddActorCache(options => OptionSources.ReadConfiguration(options, configuration));
    }

    /// <summary>Adds the cache with options set in code.</summary>
    public static IServiceCollection AddActorCache(this IServiceCollection services, Action<ActorCacheOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configure);

        // HOCON first: what is configured here goes over it.
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IConfigureOptions<ActorCacheOptions>, HoconDefaults>());
        services.AddOptions<ActorCacheOptions>().Configure(configure).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IPostConfigureOptions<ActorCacheOptions>, CodecServices>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<ActorCacheOptions>, ActorCacheOptionsValidator>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, CacheHostedService>());
        services.TryAddSingleton<CacheHost>();
        services.TryAddSingleton(provider => provider.GetRequiredService<CacheHost>().Runtime.Client);
        services.TryAddSingleton(provider => provider.GetRequiredService<IActorCache>().Monitor);
        return services;
    }
}
