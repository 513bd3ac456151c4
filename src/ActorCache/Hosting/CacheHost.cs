using System.Diagnostics.Metrics;
using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.Hosting.Logging;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace ActorCache;

/// <summary>
/// A cache's place in a service provider: borrows the host's actor system when there is one, has its own otherwise, and ends with the
/// host. A borrowed system is never terminated from here; when it stops before services that still call, their calls go on over the
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

    private readonly ActorSystem? _own;
    private readonly IDisposable? _reload;

    public CacheHost(IServiceProvider services)
    {
        var loggers = services.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance;
        var system = services.GetService<ActorSystem>() ?? (_own = ActorSystem.Create("actorcache",
            BootstrapSetup.Create().WithConfig(OwnSystem).And(new LoggerFactorySetup(loggers))));
        try
        {
            Runtime = ActorCacheExtension.For(system).GetOrStart(
                ActorCacheExtension.DefaultName,
                () => services.GetRequiredService<IOptions<ActorCacheOptions>>().Value,
                loggers,
                services.GetService<TimeProvider>() ?? TimeProvider.System,
                endedByHost: true,
                meters: services.GetService<IMeterFactory>());
            _reload = services.GetService<IOptionsMonitor<ActorCacheOptions>>()?.OnChange((options, name) =>
            {
                if (name is null || name == Options.DefaultName) _ = Runtime.ReloadAsync(options);
            });
        }
        catch
        {
            _own?.Terminate();
            throw;
        }
    }

    public CacheRuntime Runtime { get; }

    public async Task StopAsync()
    {
        _reload?.Dispose();
        await Runtime.ShutDownAsync().ConfigureAwait(false);
        if (_own is not null) await _own.Terminate().ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync() => await StopAsync().ConfigureAwait(false);

    // The provider was disposed synchronously: what is left to do goes on without it.
    public void Dispose() => _ = StopAsync();
}
