using Akka.Actor;
using Akka.Configuration;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace ActorCache;

/// <summary>
/// ActorCache inside an actor system: <c>ActorCacheExtension.For(system).Get()</c> is the cache that HOCON under <c>actor-cache</c>
/// describes. It works as soon as the system exists, before any host has started.
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

    /// <summary>The cache of this name; started at the first call, with the options HOCON gives it.</summary>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">Those options have faults; each is listed with its fix.</exception>
    public IActorCache Get(string name = DefaultName) => GetOrStart(name, () => OptionsFromHocon(name), NullLoggerFactory.Instance, TimeProvider.System).Client;

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
    internal CacheRuntime GetOrStart(
        string name, Func<ActorCacheOptions> options, ILoggerFactory loggers, TimeProvider time, IConnector? connector = null, IServerDiscovery? discovery = null, bool endedByHost = false)
    {
        lock (_runtimes)
        {
            if (_runtimes.TryGetValue(name, out var running) && !running.IsShutDown) return running;

            var chosen = options();
            ActorCacheOptionsValidator.ThrowIfInvalid(name, chosen);
            var runtime = new CacheRuntime(name, chosen, time, loggers.CreateLogger("ActorCache"), connector, discovery);
            _runtimes[name] = runtime;
            _caches.Tell(new CachesActor.Start(runtime));
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
