using System.Net;
using System.Net.Sockets;

namespace ActorCache.Transport;

/// <summary>The one way to a server, for whatever is to be said there: a socket, with TLS over it if it is wanted.</summary>
internal static class WireDial
{
    /// <summary>Connects, within the connect timeout, and agrees on TLS if it is wanted.</summary>
    /// <exception cref="ConnectException">There is no TLS to be had, or the password would be read by all on the way.</exception>
    public static async Task<Wire> OpenAsync(ServerEndPoint server, ConnectionOptions options, TimeProvider time, CancellationToken ct)
    {
        var socket = await server.ConnectAsync(options.ConnectTimeout, time, ct).ConfigureAwait(false);
        try
        {
            if (options.Tls is { } tls) return await TlsWire.BeginAsync(socket, server, tls, ct).ConfigureAwait(false);
            if (options is { Credentials: not null, AllowCleartextPassword: false } && !IsThisMachine(socket))
            {
                throw new ConnectException(new ConnectionClosed(CloseReason.AuthenticationFailed,
                    $"{server} would be told the password in cleartext, for all on the way to read: set Tls, or AllowCleartextPassword if the network is your own"));
            }
            return new SocketWire(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static bool IsThisMachine(Socket socket) => socket.RemoteEndPoint is not IPEndPoint { Address: var address }
        || IPAddress.IsLoopback(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address);
}
