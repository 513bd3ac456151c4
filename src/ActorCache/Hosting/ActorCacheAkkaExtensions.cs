using Akka.Hosting;

namespace ActorCache;

/// <summary>
/// <c>akka.WithActorCache()</c>: the cache inside the application's own actor system; <c>akka.WithKeyedActorCache("orders")</c>: one more, by its
/// name. With <c>services.AddActorCache(...)</c> or <c>services.AddKeyedActorCache("orders", ...)</c> beside it, both are the same cache, with the options
/// given there. Alone, the options come from HOCON under <c>actor-cache</c>, from the host's configuration over that, and from what is said here over both.
/// </summary>
public static class ActorCacheAkkaExtensions
{
    /// <summary>Starts the cache with the actor system and registers its gateway as <see cref="ActorCacheGateway"/>.</summary>
    public static AkkaConfigurationBuilder WithActorCache(this AkkaConfigurationBuilder builder) => builder.WithActorCache(static _ => { });

    /// <summary>As the other, with a connection string over what the host says. Not used when <c>AddActorCache</c> gives the options.</summary>
    public static AkkaConfigurationBuilder WithActorCache(this AkkaConfigurationBuilder builder, string connectionString)
    {
        ArgumentNullException.ThrowIfNull(connectionString);
        return builder.WithActorCache(options => OptionSources.ReadConnectionString(options, connectionString));
    }

    /// <summary>As the other, with options set in code over what the host says. Not used when <c>AddActorCache</c> gives the options.</summary>
    public static AkkaConfigurationBuilder WithActorCache(this AkkaConfigurationBuilder builder, Action<ActorCacheOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(configure);
        return builder.WithActors(async (system, registry, _) =>
        {
            var gateway = await ActorCacheExtension.For(system).Start(ActorCacheExtension.DefaultName, configure).Gateway.ConfigureAwait(false);
            registry.TryRegister<ActorCacheGateway>(gateway, overwrite: true);
        });
    }

    /// <summary>
    /// Starts one more cache with the actor system. Its gateway is that of <see cref="ActorCacheExtension.GatewayAsync"/>, as the actor registry goes by type.
    /// </summary>
    /// <param name="builder">Of the actor system.</param>
    /// <param name="name">Its name: not empty, without colons, not the name of an option, and not <c>default</c>.</param>
    /// <exception cref="ArgumentException">It cannot be called that.</exception>
    public static AkkaConfigurationBuilder WithKeyedActorCache(this AkkaConfigurationBuilder builder, string name) =>
        builder.WithKeyedActorCache(name, static _ => { });

    /// <summary>As the other, with a connection string over what the host says. Not used when <c>AddKeyedActorCache</c> gives the options.</summary>
    /// <param name="builder">Of the actor system.</param>
    /// <param name="name">Its name: not empty, without colons, not the name of an option, and not <c>default</c>.</param>
    /// <param name="connectionString">Its servers and settings.</param>
    /// <exception cref="ArgumentException">It cannot be called that.</exception>
    public static AkkaConfigurationBuilder WithKeyedActorCache(this AkkaConfigurationBuilder builder, string name, string connectionString)
    {
        ArgumentNullException.ThrowIfNull(connectionString);
        return builder.WithKeyedActorCache(name, options => OptionSources.ReadConnectionString(options, connectionString));
    }

    /// <summary>As the other, with options set in code over what the host says. Not used when <c>AddKeyedActorCache</c> gives the options.</summary>
    /// <param name="builder">Of the actor system.</param>
    /// <param name="name">Its name: not empty, without colons, not the name of an option, and not <c>default</c>.</param>
    /// <param name="configure">Sets them.</param>
    /// <exception cref="ArgumentException">It cannot be called that.</exception>
    public static AkkaConfigurationBuilder WithKeyedActorCache(this AkkaConfigurationBuilder builder, string name, Action<ActorCacheOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(configure);
        CacheNames.Check(name);
        // The others learn of this one from HOCON, lest its section in the configuration be taken for a typing mistake.
        return builder.AddHocon($"{CacheNames.HoconPathOf(name)} {{}}", HoconAddMode.Append)
            .WithActors((system, _, _) => ActorCacheExtension.For(system).Start(name, configure).Gateway);
    }
}
