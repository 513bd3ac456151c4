using ActorCache.TestServers;

namespace ActorCache.EndToEnd.Tests;

/// <summary>Three servers of one kind, or one proxy before three, and a cache over them: what most tests of the whole talk to.</summary>
internal sealed class Pool : IAsyncDisposable
{
    private readonly OneCache _host;

    private Pool(IReadOnlyList<ICacheServer> servers, OneCache host) => (Servers, _host) = (servers, host);

    public IReadOnlyList<ICacheServer> Servers { get; }

    public IActorCache Cache => _host.Cache;

    public EventLog Log => _host.Log;

    public IServiceProvider Services => _host.Services;

    /// <summary>All serve when this completes.</summary>
    public static async Task<Pool> StartAsync(ServerKind kind, Action<ActorCacheOptions>? configure = null)
    {
        ICacheServer[] servers = [.. Enumerable.Range(0, kind == ServerKind.Twemproxy ? 1 : 3).Select(_ => CacheServer.Start(kind))];
        var pool = new Pool(servers, await OneCache.StartAsync([.. servers.Select(server => server.Address)], options =>
        {
            if (kind == ServerKind.TlsMemcached) (options.Tls, options.TlsCaFile) = (true, TlsMemcached.Authority.CaFile);
            configure?.Invoke(options);
        }));
        await pool.Log.UntilAllServe();
        return pool;
    }

    /// <summary>As above, and spoken to in this dialect.</summary>
    public static Task<Pool> StartAsync(ServerKind kind, Dialect dialect, Action<ActorCacheOptions>? configure = null) => StartAsync(kind, options =>
    {
        options.Dialect = dialect;
        configure?.Invoke(options);
    });

    public IReadOnlyList<string> KeysOf(ICacheServer owner, int count, string prefix = "key") => _host.KeysOf(owner.Address, count, prefix);

    public async ValueTask DisposeAsync()
    {
        // A stopped process would keep a drain waiting for its answers.
        foreach (var server in Servers) server.Resume();
        await _host.DisposeAsync();
        foreach (var server in Servers) server.Dispose();
    }
}
