using ActorCache.EmbeddedServer;

namespace KeyedCaches;

/// <summary>Servers inside this process, by the cache they are for; they end with the host.</summary>
public sealed class EmbeddedServers : IDisposable
{
    private readonly Dictionary<string, EmbeddedMemcached> _servers = [];

    public string Start(string cache) => (_servers[cache] = EmbeddedMemcached.Start()).Address;

    public EmbeddedMemcached? Find(string cache) => _servers.GetValueOrDefault(cache);

    public void Dispose()
    {
        foreach (var server in _servers.Values) server.Dispose();
    }
}
