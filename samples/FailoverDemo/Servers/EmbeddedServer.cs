using ActorCache.EmbeddedServer;

namespace FailoverDemo;

/// <summary>A server inside this process, broken by its own switches.</summary>
internal sealed class EmbeddedServer : IBreakableServer
{
    private readonly EmbeddedMemcached _server = EmbeddedMemcached.Start();

    public string Address => _server.Address;

    public void Kill() => _server.Kill();

    public void Restart() => _server.Restart();

    public void Hang() => _server.Faults.Add(Fault.Stall());

    public void Resume() => _server.Faults.Clear();

    public void Dispose() => _server.Dispose();
}
