using System.Net;
using System.Net.Sockets;

namespace ActorCache.Transport;

/// <summary>Where to dial: a name or address with a port, or a Unix socket. Names are resolved anew at every dial.</summary>
public sealed record ServerEndPoint
{
    private ServerEndPoint(string host, int port, bool isUnixSocket) => (Host, Port, IsUnixSocket) = (host, port, isUnixSocket);

    /// <summary>The host name or address, or the socket's path.</summary>
    public string Host { get; }

    /// <summary>The port; 0 for a Unix socket.</summary>
    public int Port { get; }

    /// <summary>Whether <see cref="Host"/> is a path.</summary>
    public bool IsUnixSocket { get; }

    /// <summary>A TCP end point.</summary>
    public static ServerEndPoint Tcp(string host, int port) => new(host, port, isUnixSocket: false);

    /// <summary>A Unix domain socket.</summary>
    public static ServerEndPoint Unix(string path) => new(path, 0, isUnixSocket: true);

    internal async Task<Socket> ConnectAsync(CancellationToken ct)
    {
        var socket = IsUnixSocket
            ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)
            : new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            if (IsUnixSocket) await socket.ConnectAsync(new UnixDomainSocketEndPoint(Host), ct).ConfigureAwait(false);
            else if (IPAddress.TryParse(Host, out var address)) await socket.ConnectAsync(new IPEndPoint(address, Port), ct).ConfigureAwait(false);
            else await socket.ConnectAsync(Host, Port, ct).ConfigureAwait(false);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <inheritdoc />
    public override string ToString() => IsUnixSocket ? $"unix:{Host}" : Host.Contains(':') ? $"[{Host}]:{Port}" : $"{Host}:{Port}";
}
