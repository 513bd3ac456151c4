namespace ActorCache.TestServers;

/// <summary>
/// A real twemproxy (<c>nutcracker</c>) on a loopback port of its own, in front of real memcached servers of its own. It speaks the classic
/// dialect only, and hangs up on all that is not about keys: <c>stats</c>, <c>flush_all</c>, <c>gat</c>, <c>mn</c>.
/// </summary>
public sealed class TwemproxyProcess : IDisposable
{
    // Debian puts it where only root's PATH leads.
    private static readonly string Command = File.Exists("/usr/sbin/nutcracker") ? "/usr/sbin/nutcracker" : "nutcracker";
    private readonly List<MemcachedProcess> _backends = [];
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("twemproxy-");
    private readonly ReservedPort _statistics = new();
    private readonly ServerProcess _process;

    private TwemproxyProcess(int backends)
    {
        try
        {
            while (_backends.Count < backends) _backends.Add(MemcachedProcess.Start());
            _process = new ServerProcess(Command, port => ["-c", Configure(port), "-a", "127.0.0.1", "-s", $"{_statistics.Number}"]);
        }
        catch
        {
            Clear();
            throw;
        }
    }

    /// <summary>What a client's server list takes; the same through restarts.</summary>
    public string Address => $"127.0.0.1:{_process.Port}";

    /// <summary>The servers behind it.</summary>
    public IReadOnlyList<MemcachedProcess> Backends => _backends;

    /// <summary>Starts one that accepts connections when this returns.</summary>
    /// <exception cref="InvalidOperationException">There is no nutcracker or no memcached; on Debian: <c>apt-get install nutcracker memcached</c>.</exception>
    public static TwemproxyProcess Start(int backends = 3) => new(backends);

    /// <summary><c>kill -9</c> of the proxy; the servers behind it live on.</summary>
    public void Kill() => _process.Kill();

    /// <summary><c>kill -STOP</c> of the proxy.</summary>
    public void Stop() => _process.Stop();

    /// <summary><c>kill -CONT</c> of the proxy.</summary>
    public void Continue() => _process.Continue();

    /// <summary>Starts the proxy again on the same port; what the servers behind it hold stays.</summary>
    public void Restart() => _process.Restart();

    /// <inheritdoc />
    public void Dispose()
    {
        _process.Dispose();
        Clear();
    }

    private void Clear()
    {
        foreach (var backend in _backends) backend.Dispose();
        _statistics.Dispose();
        _folder.Delete(recursive: true);
    }

    private string Configure(int port)
    {
        var file = Path.Combine(_folder.FullName, "nutcracker.yml");
        File.WriteAllLines(file,
        [
            "pool:",
            $"  listen: 127.0.0.1:{port}",
            "  hash: md5",
            "  distribution: ketama",
            "  preconnect: true",
            "  auto_eject_hosts: false",
            "  servers:",
            .. _backends.Select(backend => $"   - {backend.Address}:1"),
        ]);
        return file;
    }
}
