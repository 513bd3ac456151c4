using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace ActorCache.EndToEnd.Tests;

/// <summary>A host with a cache over servers that the test looks after itself.</summary>
internal sealed class OneCache : IAsyncDisposable
{
    private readonly IHost _host;

    private OneCache(IHost host)
    {
        _host = host;
        Cache = host.Services.GetRequiredService<IActorCache>();
        Log = new EventLog(Cache.Monitor);
    }

    public IActorCache Cache { get; }

    public EventLog Log { get; }

    public IServiceProvider Services => _host.Services;

    /// <summary>Over one server, which is serving when this completes.</summary>
    public static async Task<OneCache> StartAsync(string server, Action<ActorCacheOptions>? configure = null)
    {
        var started = await StartAsync([server], configure);
        await started.Log.UntilAllServe();
        return started;
    }

    /// <summary>Over these servers, however they are.</summary>
    public static async Task<OneCache> StartAsync(IReadOnlyList<string> servers, Action<ActorCacheOptions>? configure = null)
    {
        var cache = new OneCache(Hosts.Build(services => services.AddHealthChecks().AddActorCache().Services.AddActorCache(options =>
        {
            options.Servers = [.. servers];
            // Redials quickly, takes who is back soon, and no slow machine for a dead server.
            options.RetryDelay = TimeSpan.FromMilliseconds(20);
            options.MaxRetryDelay = TimeSpan.FromMilliseconds(100);
            options.HoldDown = TimeSpan.FromMilliseconds(100);
            options.RampUp = TimeSpan.FromMilliseconds(100);
            options.ConnectTimeout = TimeSpan.FromSeconds(5);
            options.ReadTimeout = TimeSpan.FromSeconds(5);
            options.OperationTimeout = TimeSpan.FromSeconds(20);
            options.IdleProbe = TimeSpan.FromMinutes(1);
            configure?.Invoke(options);
        })));
        await cache._host.StartAsync();
        return cache;
    }

    /// <summary>The first keys of this prefix that belong to a server.</summary>
    public IReadOnlyList<string> KeysOf(string owner, int count, string prefix = "key") =>
        [.. Enumerable.Range(0, int.MaxValue).Select(n => $"{prefix}:{n}").Where(key => Cache.Monitor.Explain(key).Owner == owner).Take(count)];

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }
}
