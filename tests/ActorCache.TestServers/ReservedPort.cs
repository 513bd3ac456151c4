using System.Net;
using System.Net.Sockets;

namespace ActorCache.TestServers;

/// <summary>
/// A loopback port that stays a server's own while the server is dead: bound, and never listened on. The system gives it to nobody else, and
/// to no outgoing connection; a server that names it may listen on it all the same (both set <c>SO_REUSEADDR</c>).
/// </summary>
public sealed class ReservedPort : IDisposable
{
    private readonly Socket _holder = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    /// <summary>Takes a free one.</summary>
    public ReservedPort()
    {
        _holder.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        _holder.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        Number = ((IPEndPoint)_holder.LocalEndPoint!).Port;
    }

    /// <summary>The port's number.</summary>
    public int Number { get; }

    /// <summary>Whoever comes first may have it now.</summary>
    public void Dispose() => _holder.Dispose();
}
