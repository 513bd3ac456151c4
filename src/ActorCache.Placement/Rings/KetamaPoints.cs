using System.Globalization;
using System.Text;

namespace ActorCache.Placement;

/// <summary>
/// The points of weighted ketama, to the bit as libmemcached's <c>update_continuum</c> makes them: four from every MD5 of
/// <c>host-i</c> (port 11211) or <c>host:port-i</c>.
/// </summary>
/// <remarks>
/// libmemcached holds an IPv6 host without brackets, and a Unix socket as a host that is the path with port 0; so their points are named
/// <c>::1-i</c>, <c>::1:11212-i</c> and <c>/run/memcached.sock:0-i</c>.
/// </remarks>
internal static class KetamaPoints
{
    private const int PointsPerServer = 160;
    private const int PointsPerHash = 4;

    public static RingPoint[] Of(Topology topology)
    {
        var servers = topology.Servers;
        var totalWeight = servers.Sum(server => (long)server.Weight);
        var points = new List<RingPoint>(servers.Count * PointsPerServer);
        for (var server = 0; server < servers.Count; server++)
        {
            var hashes = HashCount(servers[server].Weight, totalWeight, servers.Count);
            for (var i = 0; i < hashes; i++)
            {
                var (a, b, c, d) = Md5.Hash(PointName(servers[server], i));
                points.Add(new RingPoint(a, server));
                points.Add(new RingPoint(b, server));
                points.Add(new RingPoint(c, server));
                points.Add(new RingPoint(d, server));
            }
        }
        return [.. points];
    }

    /// <summary>
    /// How many names a server hashes, at four points each. Single precision at every step, as in C: with equal weights that is 39 names
    /// (156 points) instead of 40 at 25, 47, 50, 55, 61, 71, 94 and 100 servers, and double precision would move keys there. Nought is
    /// possible: a server of weight 1 beside one of weight 100 owns no key.
    /// </summary>
    internal static int HashCount(int weight, long totalWeight, int serverCount)
    {
        var share = (float)weight / (float)totalWeight;
        var scaled = (float)((float)(share * (float)PointsPerServer) / (float)PointsPerHash);
        return (int)MathF.Floor((float)((float)(scaled * (float)serverCount) + 0.0000000001F));
    }

    private static byte[] PointName(ServerAddress server, int i) => Encoding.UTF8.GetBytes(server.Port == ServerAddress.DefaultPort
        ? string.Create(CultureInfo.InvariantCulture, $"{server.Host}-{i}")
        : string.Create(CultureInfo.InvariantCulture, $"{server.Host}:{server.Port}-{i}"));
}
