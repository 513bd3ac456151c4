using System.Globalization;
using System.Net;
using System.Text;

namespace ActorCache.EmbeddedServer;

/// <summary>
/// What the server says of the cluster it is one of, ElastiCache's addition to memcached. It is told from outside and kept through restarts, as
/// there; without it, the server is a plain memcached.
/// </summary>
internal sealed class ClusterAnnouncement
{
    private volatile byte[]? _reply;

    /// <summary>The whole answer to <c>config get cluster</c>; null when it has never been told of a cluster.</summary>
    public byte[]? Reply => _reply;

    /// <exception cref="FormatException">A server is not written <c>host:port</c>.</exception>
    public void Announce(long version, IEnumerable<string> servers)
    {
        var list = $"{version.ToString(CultureInfo.InvariantCulture)}\n{string.Join(' ', servers.Select(Node))}\n";
        _reply = Encoding.ASCII.GetBytes($"CONFIG cluster 0 {Encoding.ASCII.GetByteCount(list)}\r\n{list}\r\nEND\r\n");
    }

    // "<host>|<address>|<port>": the address is only known of a host that is one.
    private static string Node(string server)
    {
        var colon = server.LastIndexOf(':');
        var host = colon < 0 ? "" : server[..colon].TrimStart('[').TrimEnd(']');
        if (host.Length == 0 || host.Any(c => c is <= ' ' or '|' or > '~') || !ushort.TryParse(server.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port == 0)
        {
            throw new FormatException($"\"{server}\" is not written host:port.");
        }
        return string.Create(CultureInfo.InvariantCulture, $"{host}|{(IPAddress.TryParse(host, out _) ? host : "")}|{port}");
    }
}
