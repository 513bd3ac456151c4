using System.Diagnostics.Metrics;
using Akka.Actor;
using Akka.Configuration;
using Akka.DependencyInjection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace ActorCache;

/// <summary>
/// ActorCache inside an actor system: <c>ActorCacheExtension.For(system).Get()</c> is its cache, <c>Get("orders")</c> another one. It works as soon as
/// the system exists, before any host has started.
/// </summary>
public sealed class ActorCacheExtension : IExtension
{
    /// <summary>The name of a cache that was given none.</summary>
    public const string DefaultName = "default";

    private readonly ActorSystem _system;
    private readonly IActorRef _caches;
    private readonly Dictionary<string, CacheRuntime> _runtimes = new(StringComparer.Ordinal);

    internal ActorCacheExtension(ExtendedActorSystem system)
    {
        _system = system;
        // The user's own HOCON wins, whenever it was added.
        system.Settings.InjectTopLevelFallback(ReferenceConfig());
        _caches = system.SystemActorOf(Props.Create<CachesActor>(), "actor-cache");
    }

    /// <summary>The extension of this system; made at the first call.</summary>
    public static ActorCacheExtension For(ActorSystem system)
    {
        ArgumentNullException.ThrowIfNull(system);
        return system.WithExtension<ActorCacheExtension, ActorCacheExtensionProvider>();
    }

    /// <summary>Every setting with its default, as HOCON.</summary>
    public static Config ReferenceConfig()
    {
        using var stream = typeof(ActorCacheExtension).Assembly.GetManifestResourceStream("ActorCache.reference.conf")!;
        using var reader = new StreamReader(stream);
        return ConfigurationFactory.ParseString(reader.ReadToEnd());
    }

    /// <summary>
    /// The cache of this name; started at the first call. It is the one that is registered as a service, if there is one, with the options it has there;
    /// else those are what HOCON says, and the configuration of the host over it.
    /// </summary>
    /// <exception cref="OptionsValidationException">Those options have faults; each is listed with its fix.</exception>
    public IActorCache Get(string name = DefaultName) => Start(name).Client;

    /// <summary>The Ask door of the cache of this name (<see cref="CacheProtocol"/>, <see cref="ControlProtocol"/>), which is started as by <see cref="Get"/>.</summary>
    /// <exception cref="OptionsValidationException">Its options have faults; each is listed with its fix.</exception>
    public Task<IActorRef> GatewayAsync(string name = DefaultName) => Start(name).Gateway;

    /// <summary>The cache of this name, wherever it belongs; one that is not a service has these options over what the host says.</summary>
    internal CacheRuntime Start(string name, Action<ActorCacheOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(name);
        var setup = _system.Settings.Setup.Get<DependencyResolverSetup>();
        var services = setup.HasValue ? setup.Value.DependencyResolver.GetService<IServiceProvider>() : null;
        if (services?.GetService<CacheHost>() is { } host && host.Has(name)) return host.Runtime(name);

        var configuration = services?.GetService<IConfiguration>();
        return GetOrStart(name, Read, services?.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance,
            services?.GetService<TimeProvider>() ?? TimeProvider.System, onStart: started =>
            {
                if (configuration is not null) started.DisposeAtShutdown(ChangeToken.OnChange(configuration.GetReloadToken, () => started.Reload(Read)));
            }, meters: services?.GetService<IMeterFactory>());

        ActorCacheOptions Read()
        {
            var options = OptionsFromHocon(name);
            if (configuration is not null) OptionSources.ReadHost(options, configuration, name, CacheNames.Known(services!.GetService<CacheNames>(), _system.Settings.Config));
            configure?.Invoke(options);
            if (services is not null) new CodecServices(services).PostConfigure(CacheNames.OptionsOf(name), options);
            ActorCacheOptionsValidator.ThrowIfInvalid(name, options);
            return options;
        }
    }

    /// <summary>The cache of this name that was started, if one was; shut down or not.</summary>
    internal IActorCache? Find(string name)
    {
        lock (_runtimes) return _runtimes.GetValueOrDefault(name)?.Client;
    }

    internal ActorCacheOptions OptionsFromHocon(string name)
    {
        var options = new ActorCacheOptions();
        OptionSources.ReadHocon(options, _system.Settings.Config, name);
        return options;
    }

    /// <summary>The running cache of this name; of two that ask first, one decides the options. After a shutdown a new one is started.</summary>
    /// <param name="name">The cache's name.</param>
    /// <param name="options">Asked only when a cache is started.</param>
    /// <param name="loggers">Where it logs.</param>
    /// <param name="time">Its clock.</param>
    /// <param name="connector">Who dials; by default, sockets.</param>
    /// <param name="discovery">Who finds the servers; by default, what the options say.</param>
    /// <param name="endedByHost">A host ends it after its last service; else it ends with the actor system.</param>
    /// <param name="onStart">Told of the cache if it was started here.</param>
    /// <param name="meters">Whose meter it measures with; by default, one of its own.</param>
    internal CacheRuntime GetOrStart(string name, Func<ActorCacheOptions> options, ILoggerFactory loggers, TimeProvider time, IConnector? connector = null,
        IServerDiscovery? discovery = null, bool endedByHost = false, Action<CacheRuntime>? onStart = null, IMeterFactory? meters = null)
    {
        lock (_runtimes)
        {
            if (_runtimes.TryGetValue(name, out var running) && !running.IsShutDown) return running;

            var chosen = options();
            ActorCacheOptionsValidator.ThrowIfInvalid(name, chosen);
            var runtime = new CacheRuntime(name, chosen, time, loggers.CreateLogger("ActorCache"), connector, discovery, meters);
            _runtimes[name] = runtime;
            _caches.Tell(new CachesActor.Start(runtime));
            onStart?.Invoke(runtime);
            if (endedByHost) return runtime;

            // Operations in flight are answered before the system takes the sockets away.
            CoordinatedShutdown.Get(_system).AddTask(CoordinatedShutdown.PhaseBeforeActorSystemTerminate, $"drain actor-cache {name}", async () =>
            {
                await runtime.ShutDownAsync().ConfigureAwait(false);
                return Akka.Done.Instance;
            });
            return runtime;
        }
    }
}
