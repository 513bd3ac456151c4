using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Hosting.Logging;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace ActorCache;

/// <summary>
/// The caches of a service provider: they borrow the host's actor system when there is one, share one of their own otherwise, and end with
/// the host. A borrowed system is never terminated from here; when it stops before services that still call, their calls go on over the
/// connections there are, only without anybody to reconnect.
/// </summary>
internal sealed class CacheHost : IAsyncDisposable, IDisposable
{
    // Ours alone: it speaks through the host's logging, and must not end the process or be ended with it behind the host's back.
    private const string OwnSystem = """
        akka {
          loglevel = WARNING
          loggers = ["Akka.Hosting.Logging.LoggerFactoryLogger, Akka.Hosting"]
          stdout-loglevel = OFF
          log-dead-letters = off
          log-dead-letters-during-shutdown = off
          coordinated-shutdown { run-by-clr-shutdown-hook = off, exit-clr = off }
        }
        """;

    private readonly IServiceProvider _services;
    private readonly CacheNames _names;
    private readonly ILoggerFactory _loggers;
    private readonly Lazy<ActorSystem> _own;
    private readonly ConcurrentDictionary<string, Lazy<CacheRuntime>> _runtimes = new(StringComparer.Ordinal);

    public CacheHost(IServiceProvider services, CacheNames names)
    {
        (_services, _names) = (services, names);
        _loggers = services.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance;
        _own = new Lazy<ActorSystem>(() => ActorSystem.Create("actorcache", BootstrapSetup.Create().WithConfig(OwnSystem).And(new LoggerFactorySetup(_loggers))));
    }

    /// <summary>Whether a cache of this name is registered as a service.</summary>
    public bool Has(string name) => _names.Registered.Contains(name, StringComparer.Ordinal);

    /// <summary>The cache of this name, started when it is first asked for.</summary>
    /// <exception cref="OptionsValidationException">Its options have faults; each is listed with its fix.</exception>
    public CacheRuntime Runtime(string name)
    {
        var runtime = _runtimes.GetOrAdd(name, static (name, host) => new Lazy<CacheRuntime>(() => host.Start(name)), this);
        try
        {
            return runtime.Value;
        }
        catch
        {
            // Whoever asks again is told the same, unless it has become another one.
            _runtimes.TryRemove(KeyValuePair.Create(name, runtime));
            throw;
        }
    }

    /// <summary>Starts every cache that is registered.</summary>
    public void StartAll()
    {
        foreach (var name in _names.Registered) Runtime(name);
    }

    /// <summary>Ends every cache, all at once, and then the actor system if it is their own.</summary>
    public async Task StopAsync()
    {
        await Task.WhenAll(_runtimes.Values.Where(runtime => runtime.IsValueCreated).Select(runtime => runtime.Value.ShutDownAsync())).ConfigureAwait(false);
        if (_own.IsValueCreated) await _own.Value.Terminate().ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync() => await StopAsync().ConfigureAwait(false);

    // The provider was disposed synchronously: what is left to do goes on without it.
    public void Dispose() => _ = StopAsync();

    private CacheRuntime Start(string name)
    {
        var optionsName = CacheNames.OptionsOf(name);
        var sources = _services.GetServices<IOptionsChangeTokenSource<ActorCacheOptions>>().Where(source => (source.Name ?? Options.DefaultName) == optionsName).ToList();
        var unread = sources.ConvertAll(source => source.GetChangeToken());
        // Before there is an actor system for nothing, and outside of anybody's lock: whoever configures them may ask for other services.
        var options = _services.GetRequiredService<IOptionsMonitor<ActorCacheOptions>>().Get(optionsName);
        var runtime = ActorCacheExtension.For(_services.GetService<ActorSystem>() ?? _own.Value).GetOrStart(
            name, () => options, _loggers, _services.GetService<TimeProvider>() ?? TimeProvider.System, endedByHost: true,
            meters: _services.GetService<IMeterFactory>());

        // Not by the monitor: of a change for the worse it tells nobody but whoever reloaded.
        var factory = _services.GetRequiredService<IOptionsFactory<ActorCacheOptions>>();
        foreach (var source in sources) runtime.DisposeAtShutdown(ChangeToken.OnChange(source.GetChangeToken, Reload));
        if (unread.Exists(token => token.HasChanged)) Reload(); // between the reading and now
        return runtime;

        void Reload() => runtime.Reload(() => factory.Create(optionsName));
    }
}
