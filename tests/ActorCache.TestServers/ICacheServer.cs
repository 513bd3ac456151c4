namespace ActorCache.TestServers;

/// <summary>A memcached server that a test can hurt, whatever it is made of, so that one test runs on every kind.</summary>
public interface ICacheServer : IDisposable
{
    /// <summary>What a client's server list takes; the same through restarts.</summary>
    string Address { get; }

    /// <summary>Where its items really are: the servers behind it if it is a proxy, else itself.</summary>
    IReadOnlyList<string> Stores { get; }

    /// <summary>It dies: connections are reset, connects refused, the memory is gone.</summary>
    void Kill();

    /// <summary>It hangs: connects succeed, and nothing is answered.</summary>
    void Hang();

    /// <summary>It goes on, and carries out what has arrived meanwhile.</summary>
    void Resume();

    /// <summary>It starts again on the same port, empty; killed first if it lives.</summary>
    void Restart();
}
