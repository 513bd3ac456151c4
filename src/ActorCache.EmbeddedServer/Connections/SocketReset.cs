using System.Net.Sockets;

namespace ActorCache.EmbeddedServer.Connections;

/// <summary>Closes a socket so that the peer sees a reset, as it does when a process is killed.</summary>
internal static class SocketReset
{
    public static void Close(Socket socket)
    {
        try
        {
            socket.LingerState = new LingerOption(true, 0);
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
        {
            // Closed already, by the peer or by ourselves.
        }
        socket.Close(0);
    }
}
