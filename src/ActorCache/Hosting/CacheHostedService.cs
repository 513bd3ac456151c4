using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace ActorCache;

/// <summary>
/// Begins to connect when the host starts, and ends the caches after every other service has stopped: a worker may use them to its last
/// line. Starting does not wait for a server; a host must come up when its cache is down.
/// </summary>
internal sealed class CacheHostedService(IServiceProvider services) : IHostedLifecycleService
{
    private CacheHost? _host; // none in a host whose start failed

    public Task StartingAsync(CancellationToken cancellationToken)
    {
        _host = services.GetRequiredService<CacheHost>();
        _host.StartAll();
        return Task.CompletedTask;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => _host?.StopAsync() ?? Task.CompletedTask;
}
