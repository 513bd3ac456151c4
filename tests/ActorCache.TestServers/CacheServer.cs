using ActorCache.EmbeddedServer;

namespace ActorCache.TestServers;

/// <summary>Starts servers of either kind.</summary>
public static class CacheServer
{
    /// <summary>Starts one that accepts connections when this returns.</summary>
    /// <exception cref="InvalidOperationException">A real server is wanted and there is none on this machine.</exception>
    public static ICacheServer Start(ServerKind kind) => kind switch
    {
        ServerKind.Embedded => new Embedded(EmbeddedMemcached.Start()),
        ServerKind.Memcached => new Real(MemcachedProcess.Start()),
        ServerKind.TlsMemcached => new Real(TlsMemcached.Start()),
        ServerKind.Twemproxy => new Proxy(TwemproxyProcess.Start()),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Not a kind of server."),
    };

    private sealed class Embedded(EmbeddedMemcached server) : ICacheServer
    {
        private FaultHandle? _stall;

        public string Address => server.Address;

        public IReadOnlyList<string> Stores => [Address];

        public void Kill() => server.Kill();

        public void Hang() => _stall ??= server.Faults.Add(Fault.Stall());

        public void Resume()
        {
            _stall?.Remove();
            _stall = null;
        }

        public void Restart() => server.Restart();

        public void Dispose() => server.Dispose();
    }

    private sealed class Real(MemcachedProcess process) : ICacheServer
    {
        public string Address => process.Address;

        public IReadOnlyList<string> Stores => [Address];

        public void Kill() => process.Kill();

        public void Hang() => process.Stop();

        public void Resume() => process.Continue();

        public void Restart() => process.Restart();

        public void Dispose() => process.Dispose();
    }

    private sealed class Proxy(TwemproxyProcess process) : ICacheServer
    {
        public string Address => process.Address;

        public IReadOnlyList<string> Stores => [.. process.Backends.Select(backend => backend.Address)];

        public void Kill() => process.Kill();

        public void Hang() => process.Stop();

        public void Resume() => process.Continue();

        // What a client finds empty after a restart is what its servers hold.
        public void Restart()
        {
            process.Kill();
            foreach (var backend in process.Backends) backend.Restart();
            process.Restart();
        }

        public void Dispose() => process.Dispose();
    }
}
