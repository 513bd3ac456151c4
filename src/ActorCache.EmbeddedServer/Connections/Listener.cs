using System.Net;
using System.Net.Sockets;

namespace ActorCache.EmbeddedServer.Connections;

/// <summary>The listening socket: accepts connections one after the other and hands each on, until it is closed.</summary>
internal sealed class Listener : IDisposable
{
    // memcached's -b.
    private const int Backlog = 1024;

    // Ports the server picks from: below those the systems give to outgoing connections (Linux from 32768, the others from 49152), so that
    // no client's connection can take the port, or connect to itself, while the server is down.
    private const int LowestPort = 15_000;
    private const int HighestPort = 30_000;
    private const int Attempts = 200;

    // After a failed accept, which means that the process has no descriptors left.
    private static readonly TimeSpan _respite = TimeSpan.FromMilliseconds(20);

    private static readonly TimeSpan _portPatience = TimeSpan.FromSeconds(1);

    private readonly Socket _socket;
    private readonly CancellationTokenSource _closed = new();

    private Listener(Socket socket) => _socket = socket;

    public IPEndPoint EndPoint => (IPEndPoint)_socket.LocalEndPoint!;

    /// <summary>Listens on a loopback port; 0 is any free one. Connects succeed when it returns.</summary>
    public static Listener Open(int port)
    {
        if (port != 0)
        {
            return BindSoon(port);
        }
        for (var attempt = 1; attempt < Attempts; attempt++)
        {
            try
            {
                return Bind(Random.Shared.Next(LowestPort, HighestPort));
            }
            catch (SocketException taken) when (taken.SocketErrorCode is SocketError.AddressAlreadyInUse or SocketError.AccessDenied)
            {
            }
        }
        return Bind(0);
    }

    // A child process that is just being started holds a copy of our sockets until it has become another program: a port that we have only
    // just left is free a moment later.
    private static Listener BindSoon(int port)
    {
        var until = Environment.TickCount64 + (long)_portPatience.TotalMilliseconds;
        for (var wait = default(SpinWait); ; wait.SpinOnce())
        {
            try
            {
                return Bind(port);
            }
            catch (SocketException taken) when (taken.SocketErrorCode == SocketError.AddressAlreadyInUse && Environment.TickCount64 < until)
            {
            }
        }
    }

    public async Task AcceptAsync(ServerFaults faults, Action<Socket> accepted)
    {
        while (true)
        {
            Socket socket;
            try
            {
                socket = await _socket.AcceptAsync(_closed.Token).ConfigureAwait(false);
            }
            catch (Exception failure) when (failure is SocketException or ObjectDisposedException or OperationCanceledException)
            {
                if (_closed.IsCancellationRequested)
                {
                    return;
                }
                await Task.Delay(_respite).ConfigureAwait(false);
                continue;
            }
            try
            {
                // A stopped process accepts nothing: clients then sit in the kernel's backlog, connected and unanswered.
                await faults.HoldConnectAsync(_closed.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                SocketReset.Close(socket);
                return;
            }
            accepted(socket);
        }
    }

    /// <summary>When this returns, connects are refused.</summary>
    public void Dispose()
    {
        _closed.Cancel();
        _socket.Dispose();
    }

    private static Listener Bind(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            socket.Listen(Backlog);
            return new Listener(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
