using ActorCache.TestServers;

namespace FailoverDemo;

/// <summary>A real memcached, broken by signals: <c>kill -9</c>, SIGSTOP, SIGCONT.</summary>
internal sealed class MemcachedServer : IBreakableServer
{
    private readonly MemcachedProcess _process = MemcachedProcess.Start();

    public string Address => _process.Address;

    public void Kill() => _process.Kill();

    public void Restart() => _process.Restart();

    public void Hang() => _process.Stop();

    public void Resume() => _process.Continue();

    public void Dispose() => _process.Dispose();
}
