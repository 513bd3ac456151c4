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

    /// <summary>Turns a name into its addresses. Tests put their own here.</summary>
    internal Func<string, CancellationToken, Task<IPAddress[]>> Resolve { get; init; } = Dns.GetHostAddressesAsync;

    internal async Task<Socket> ConnectAsync(CancellationToken ct)
    {
        var addresses = IsUnixSocket ? [] : await AddressesAsync(ct).ConfigureAwait(false);
        var socket = IsUnixSocket
            ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)
            : new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            if (IsUnixSocket) await socket.ConnectAsync(new UnixDomainSocketEndPoint(Host), ct).ConfigureAwait(false);
            else await socket.ConnectAsync(addresses, Port, ct).ConfigureAwait(false);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private async Task<IPAddress[]> AddressesAsync(CancellationToken ct)
    {
        if (IPAddress.TryParse(Host, out var address)) return [address];
        var resolving = Resolve(Host, ct);
        try
        {
            // The platform's resolver cannot be called off once it has begun: whoever gives the dial up goes, and leaves it behind.
            return await resolving.WaitAsync(ct).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            _ = resolving.ContinueWith(static left => _ = left.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
            throw;
        }
    }

    /// <inheritdoc />
    public override string ToString() => IsUnixSocket ? $"unix:{Host}" : Host.Contains(':') ? $"[{Host}]:{Port}" : $"{Host}:{Port}";
}
