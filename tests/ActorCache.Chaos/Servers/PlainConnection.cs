using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ActorCache.Chaos;

/// <summary>A connection to a server past the client and past every proxy: what is really there.</summary>
internal sealed class PlainConnection : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveTimeout = 5000 };

    public PlainConnection(int port) => _socket.Connect(IPAddress.Loopback, port);

    /// <summary>Sends a line and returns what comes back in one piece.</summary>
    public string Ask(string line)
    {
        _socket.Send(Encoding.UTF8.GetBytes(line + "\r\n"));
        return Read();
    }

    /// <summary>What comes by itself; empty when the server hangs up.</summary>
    public string Read()
    {
        var buffer = new byte[64 * 1024];
        return Encoding.UTF8.GetString(buffer, 0, _socket.Receive(buffer));
    }

    /// <summary>Whether the server executes commands for it, and has not hung up.</summary>
    public bool IsServed()
    {
        try
        {
            return Ask("version").StartsWith("VERSION", StringComparison.Ordinal);
        }
        catch (SocketException)
        {
            return false;
        }
    }

    /// <summary>The value of a key; null when it is not there.</summary>
    public string? Get(string key) => Ask($"get {key}") is var answer && answer.StartsWith("VALUE", StringComparison.Ordinal) ? answer.Split("\r\n")[1] : null;

    public void Dispose() => _socket.Dispose();
}
