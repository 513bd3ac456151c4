using System.Diagnostics.Metrics;
using Akka.Actor;
using Akka.DependencyInjection;
using Akka.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace ActorCache;

/// <summary><c>akka.WithActorCache()</c>: the cache inside the application's own actor system.</summary>
public static class ActorCacheAkkaExtensions
{
    /// <summary>
    /// Starts the cache with the actor system and registers its gateway as <see cref="ActorCacheGateway"/>. With
    /// <c>services.AddActorCache(...)</c> beside it, both are the same cache, with the options given there; alone, the options come from
    /// HOCON under <c>actor-cache</c>.
    /// </summary>
    public static AkkaConfigurationBuilder WithActorCache(this AkkaConfigurationBuilder builder) => builder.WithActorCache(static _ => { });

    /// <summary>As the other, with a connection string over what HOCON says.</summary>
    public static AkkaConfigurationBuilder WithActorCache(this AkkaConfigurationBuilder builder, string connectionString)
    {
        ArgumentNullException.ThrowIfNull(connectionString);
        return builder.WithActorCache(options => OptionSources.ReadConnectionString(options, connectionString));
    }

    /// <summary>As the other, with options set in code over what HOCON says. Not used when <c>AddActorCache</c> gives the options.</summary>
    public static AkkaConfigurationBuilder WithActorCache(this AkkaConfigurationBuilder builder, Action<ActorCacheOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(configure);
        return builder.WithActors(async (system, registry, resolver) =>
        {
            var gateway = await Start(system, resolver, configure).Gateway.ConfigureAwait(false);
            registry.TryRegister<ActorCacheGateway>(gateway, overwrite: true);
        });
    }

    private static CacheRuntime Start(ActorSystem system, IDependencyResolver resolver, Action<ActorCacheOptions> configure)
    {
        if (resolver.GetService<IServiceProviderIsService>()?.IsService(typeof(CacheHost)) == true) return resolver.GetService<CacheHost>().Runtime;
        var extension = ActorCacheExtension.For(system);
        return extension.GetOrStart(ActorCacheExtension.DefaultName,
            () =>
            {
                var options = extension.OptionsFromHocon(ActorCacheExtension.DefaultName);
                configure(options);
                return options;
            },
            resolver.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance, resolver.GetService<TimeProvider>() ?? TimeProvider.System,
            meters: resolver.GetService<IMeterFactory>());
    }
}
