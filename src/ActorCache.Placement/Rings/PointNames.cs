using System.Globalization;
using System.Text;

namespace ActorCache.Placement;

/// <summary>
/// How clients name a server's points, to hash the names. Libraries hold an IPv6 host without brackets, and a Unix socket as a host that is
/// the path with port 0. An alias stands in place of host and port everywhere.
/// </summary>
internal static class PointNames
{
    /// <summary>libmemcached's: <c>host-i</c> on port 11211, else <c>host:port-i</c>.</summary>
    public static byte[] Libmemcached(ServerAddress server, int i) =>
        server.Port == ServerAddress.DefaultPort && server.Alias is null ? Bytes($"{server.Host}-{i}") : Spymemcached(server, i);

    /// <summary>spymemcached's: <c>host:port-i</c>.</summary>
    public static byte[] Spymemcached(ServerAddress server, int i) => Bytes($"{Server(server)}-{i}");

    /// <summary>What libmemcached takes for spymemcached's, with a slash before it, as Java writes an address without a host name.</summary>
    public static byte[] KetamaSpy(ServerAddress server, int i) => Bytes($"/{Server(server)}-{i}");

    /// <summary>dalli's: <c>host:port:i</c>.</summary>
    public static byte[] Dalli(ServerAddress server, int i) => Bytes($"{Server(server)}:{i}");

    /// <summary>Enyim's: <c>i-host:port</c>, as .NET writes an end point, so with an IPv6 address in brackets.</summary>
    public static byte[] Enyim(ServerAddress server, int i) => Bytes($"{i}-{server.Alias ?? server.Name}");

    /// <summary>The alias, or <c>host:port</c>.</summary>
    public static string Server(ServerAddress server) =>
        server.Alias ?? string.Create(CultureInfo.InvariantCulture, $"{server.Host}:{server.Port}");

    private static byte[] Bytes(FormattableString name) => Encoding.UTF8.GetBytes(FormattableString.Invariant(name));
}
