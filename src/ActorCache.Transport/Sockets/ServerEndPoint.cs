using System.Net;
using System.Net.Sockets;

namespace ActorCache.Transport;

/// <summary>
/// Where to dial: a name or address with a port, or a Unix socket. Names are resolved anew at every dial, and all of their addresses are tried;
/// whoever keeps the end point for its next dial has those last that have disappointed it.
/// </summary>
public sealed record ServerEndPoint
{
    private readonly AddressBook _book = new();
    private readonly NameLookup? _lookup;

    private ServerEndPoint(string host, int port, bool isUnixSocket)
    {
        (Host, Port, IsUnixSocket) = (host, port, isUnixSocket);
        _lookup = isUnixSocket ? null : new NameLookup(host);
    }

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
    internal Func<string, CancellationToken, Task<IPAddress[]>> Resolve
    {
        init => _lookup = new NameLookup(Host, value);
    }

    /// <summary>A socket that is connected, whoever it is on the other side.</summary>
    /// <param name="timeout">How long the whole dial may take: an address has a share of that before the next one is tried as well.</param>
    /// <param name="time">The clock of that.</param>
    /// <param name="ct">Ends it.</param>
    internal async Task<Socket> ConnectAsync(TimeSpan timeout, TimeProvider time, CancellationToken ct)
    {
        if (_lookup is null) return await ConnectToPathAsync(ct).ConfigureAwait(false);
        var addresses = _book.Order(await _lookup.AskAsync(ct).ConfigureAwait(false));
        return await AddressRace.RunAsync(addresses, Port, _book, AddressRace.HeadStart(timeout, Math.Max(1, addresses.Count)), time, ct).ConfigureAwait(false);
    }

    /// <summary>Whoever was connected to last is a memcached: its address is tried first the next time too.</summary>
    internal void Answered() => _book.Answered();

    private async Task<Socket> ConnectToPathAsync(CancellationToken ct)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(Host), ct).ConfigureAwait(false);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>The same place.</summary>
    public bool Equals(ServerEndPoint? other) => other is not null && (Host, Port, IsUnixSocket) == (other.Host, other.Port, other.IsUnixSocket);

    /// <inheritdoc />
    public override int GetHashCode() => HashCode.Combine(Host, Port, IsUnixSocket);

    /// <inheritdoc />
    public override string ToString() => IsUnixSocket ? $"unix:{Host}" : Host.Contains(':') ? $"[{Host}]:{Port}" : $"{Host}:{Port}";
}
