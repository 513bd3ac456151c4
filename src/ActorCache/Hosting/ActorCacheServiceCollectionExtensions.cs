using Akka.Actor;
using Akka.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace ActorCache;

/// <summary>
/// <c>services.AddActorCache(...)</c>: the cache as <see cref="IActorCache"/>; <c>services.AddKeyedActorCache("orders", ...)</c>: one more, as
/// <c>[FromKeyedServices("orders")] IActorCache</c>, with a key for its name. They use the host's <see cref="ActorSystem"/> if there is one, whatever the
/// order of registration, and make a quiet one of their own otherwise.
/// </summary>
/// <remarks>
/// <para>
/// Options come, each over the one before, from HOCON under <c>actor-cache</c> (<c>default</c>, then <c>instances.NAME</c>); from the host's configuration,
/// environment variables included (section <c>ActorCache</c>, then <c>ActorCache:NAME</c>, then <c>ConnectionStrings:NAME</c>, which for the cache without
/// a key is <c>ConnectionStrings:ActorCache</c>); and from what is said here, call after call. Named options are named as the cache, those of the one
/// without a key are the unnamed ones. They are checked at start, and every fault is listed with its fix. Servers, ConnectTimeout, ReadTimeout and
/// OperationTimeout follow a configuration that is reloaded.
/// </para>
/// <para>An <see cref="ICacheSerializer"/> or <see cref="ICacheCompressor"/> that is registered as a service is used; one with the cache's key before one without.</para>
/// </remarks>
public static class ActorCacheServiceCollectionExtensions
{
    /// <summary>Adds the cache, with options from the host alone: its configuration and HOCON.</summary>
    public static IServiceCollection AddActorCache(this IServiceCollection services)
    {
        Register(services, ActorCacheExtension.DefaultName);
        return services;
    }

    /// <summary>Adds the cache with a connection string: <c>cache-1:11211,cache-2:11211;connect_timeout=500ms</c>.</summary>
    public static IServiceCollection AddActorCache(this IServiceCollection services, string connectionString) =>
        services.With(ActorCacheExtension.DefaultName, connectionString);

    /// <summary>
    /// Adds the cache with options from configuration, and follows it when it is reloaded: this section's values or, if it has one, its section
    /// <c>ActorCache</c> and its connection string. The host's own configuration need not be given.
    /// </summary>
    public static IServiceCollection AddActorCache(this IServiceCollection services, IConfiguration configuration) =>
        services.With(ActorCacheExtension.DefaultName, configuration);

    /// <summary>Adds the cache with options set in code.</summary>
    public static IServiceCollection AddActorCache(this IServiceCollection services, Action<ActorCacheOptions> configure) =>
        services.With(ActorCacheExtension.DefaultName, configure);

    /// <summary>Adds one more cache, with options from the host alone: its configuration and HOCON.</summary>
    /// <param name="services">Where to.</param>
    /// <param name="name">Its key and name: not empty, without colons, not the name of an option, and not <c>default</c>.</param>
    /// <exception cref="ArgumentException">It cannot be called that.</exception>
    public static IServiceCollection AddKeyedActorCache(this IServiceCollection services, string name)
    {
        CacheNames.Check(name);
        Register(services, name);
        return services;
    }

    /// <summary>Adds one more cache with a connection string: <c>cache-1:11211,cache-2:11211;connect_timeout=500ms</c>.</summary>
    /// <param name="services">Where to.</param>
    /// <param name="name">Its key and name: not empty, without colons, not the name of an option, and not <c>default</c>.</param>
    /// <param name="connectionString">Its servers and settings.</param>
    /// <exception cref="ArgumentException">It cannot be called that.</exception>
    public static IServiceCollection AddKeyedActorCache(this IServiceCollection services, string name, string connectionString)
    {
        CacheNames.Check(name);
        return services.With(name, connectionString);
    }

    /// <summary>
    /// Adds one more cache with options from configuration, and follows it when it is reloaded: this section's values or, if it has one, its sections
    /// <c>ActorCache</c> and <c>ActorCache:NAME</c> and its connection string. The host's own configuration need not be given.
    /// </summary>
    /// <param name="services">Where to.</param>
    /// <param name="name">Its key and name: not empty, without colons, not the name of an option, and not <c>default</c>.</param>
    /// <param name="configuration">What to read and to follow.</param>
    /// <exception cref="ArgumentException">It cannot be called that.</exception>
    public static IServiceCollection AddKeyedActorCache(this IServiceCollection services, string name, IConfiguration configuration)
    {
        CacheNames.Check(name);
        return services.With(name, configuration);
    }

    /// <summary>Adds one more cache with options set in code.</summary>
    /// <param name="services">Where to.</param>
    /// <param name="name">Its key and name: not empty, without colons, not the name of an option, and not <c>default</c>.</param>
    /// <param name="configure">Sets them.</param>
    /// <exception cref="ArgumentException">It cannot be called that.</exception>
    public static IServiceCollection AddKeyedActorCache(this IServiceCollection services, string name, Action<ActorCacheOptions> configure)
    {
        CacheNames.Check(name);
        return services.With(name, configure);
    }

    private static IServiceCollection With(this IServiceCollection services, string name, string connectionString)
    {
        ArgumentNullException.ThrowIfNull(connectionString);
        return services.With(name, options => OptionSources.ReadConnectionString(options, connectionString));
    }

    private static IServiceCollection With(this IServiceCollection services, string name, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        Register(services, name).Configure<IServiceProvider>((options, provider) => OptionSources.ReadConfiguration(options, configuration, name,
            CacheNames.Known(provider.GetService<CacheNames>(), provider.GetService<ActorSystem>()?.Settings.Config)));
        return services.AddSingleton<IOptionsChangeTokenSource<ActorCacheOptions>>(
            new ConfigurationChangeTokenSource<ActorCacheOptions>(CacheNames.OptionsOf(name), configuration));
    }

    private static IServiceCollection With(this IServiceCollection services, string name, Action<ActorCacheOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        Register(services, name).Configure(configure);
        return services;
    }

    private static OptionsBuilder<ActorCacheOptions> Register(IServiceCollection services, string name)
    {
        ArgumentNullException.ThrowIfNull(services);
        var names = CacheNames.Of(services);
        // What the host says lies beneath everything that is said in code, even before this line.
        if (names.Registered.Count == 0) services.Insert(0, ServiceDescriptor.Singleton<IConfigureOptions<ActorCacheOptions>, HostOptions>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IPostConfigureOptions<ActorCacheOptions>, CodecServices>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<ActorCacheOptions>, ActorCacheOptionsValidator>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, CacheHostedService>());
        services.TryAddSingleton<CacheHost>();

        var optionsName = CacheNames.OptionsOf(name);
        var options = services.AddOptions<ActorCacheOptions>(optionsName);
        if (!names.Add(name)) return options;

        services.AddSingleton<IOptionsChangeTokenSource<ActorCacheOptions>>(provider => new HostConfigurationChanges(optionsName, provider.GetService<IConfiguration>()));
        if (name == ActorCacheExtension.DefaultName)
        {
            services.TryAddSingleton(provider => provider.GetRequiredService<CacheHost>().Runtime(ActorCacheExtension.DefaultName).Client);
            services.TryAddSingleton(provider => provider.GetRequiredService<IActorCache>().Monitor);
        }
        else
        {
            services.TryAddKeyedSingleton<IActorCache>(name, (provider, _) => provider.GetRequiredService<CacheHost>().Runtime(name).Client);
            services.TryAddKeyedSingleton<IActorCacheMonitor>(name, (provider, _) => provider.GetRequiredKeyedService<IActorCache>(name).Monitor);
            services.TryAddKeyedSingleton<IRequiredActor<ActorCacheGateway>>(name, (provider, _) => new KeyedGateway(provider.GetRequiredService<CacheHost>().Runtime(name)));
        }
        return options.ValidateOnStart();
    }
}
