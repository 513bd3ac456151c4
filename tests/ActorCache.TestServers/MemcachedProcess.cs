namespace ActorCache.TestServers;

/// <summary>A real memcached on a loopback port of its own, to be killed, stopped and restarted.</summary>
public sealed class MemcachedProcess : IDisposable
{
    private readonly ServerProcess _process;

    private MemcachedProcess(string[] arguments) => _process = new ServerProcess("memcached", port =>
        ["-u", Environment.UserName, "-l", "127.0.0.1", "-p", $"{port}", "-U", "0", "-t", "1", .. arguments]);

    /// <summary>The port, the same through restarts.</summary>
    public int Port => _process.Port;

    /// <summary>What a client's server list takes.</summary>
    public string Address => $"127.0.0.1:{Port}";

    /// <summary>Starts one that accepts connections when this returns.</summary>
    /// <param name="arguments">memcached's own, such as <c>-m 16</c>.</param>
    /// <exception cref="InvalidOperationException">There is no memcached on this machine; on Debian: <c>apt-get install memcached</c>.</exception>
    public static MemcachedProcess Start(params string[] arguments) => new(arguments);

    /// <summary><c>kill -9</c>: connections are reset, new ones refused.</summary>
    public void Kill() => _process.Kill();

    /// <summary><c>kill -STOP</c>: the kernel still accepts connections, and nobody answers on them.</summary>
    public void Stop() => _process.Stop();

    /// <summary><c>kill -CONT</c>: it goes on, and carries out what has arrived meanwhile.</summary>
    public void Continue() => _process.Continue();

    /// <summary>Starts it again on the same port, empty, after it was killed; kills it first if it was not.</summary>
    public void Restart() => _process.Restart();

    /// <inheritdoc />
    public void Dispose() => _process.Dispose();
}
