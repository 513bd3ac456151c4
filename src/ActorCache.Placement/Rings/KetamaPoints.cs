namespace ActorCache.Placement;

/// <summary>The points of ketama in its forms: four from every MD5 of a name, or one from every hash of it.</summary>
internal static class KetamaPoints
{
    private const int PointsPerServer = 160;
    private const int PointsPerHash = 4;
    private const int PlainPoints = 100;

    /// <summary>To the bit as libmemcached's <c>update_continuum</c> makes them with weights: more points for more weight.</summary>
    public static RingPoint[] Weighted(Topology topology, Func<ServerAddress, int, byte[]> name)
    {
        var totalWeight = topology.Servers.Sum(server => (long)server.Weight);
        return OfMd5(topology, name, server => HashCount(server.Weight, totalWeight, topology.Servers.Count));
    }

    /// <summary>160 points for every server, whatever its weight.</summary>
    public static RingPoint[] Equal(Topology topology, Func<ServerAddress, int, byte[]> name) =>
        OfMd5(topology, name, static _ => PointsPerServer / PointsPerHash);

    /// <summary>
    /// libmemcached's consistent distributions of servers without weights: a hundred points each, one from every name. With a weight above 1
    /// in the list, libmemcached makes a weighted ketama of any of them, and goes on hashing keys as before.
    /// </summary>
    public static RingPoint[] Plain(Topology topology, Func<ServerAddress, int, byte[]> name, KeyHash hash)
    {
        if (topology.Servers.Any(server => server.Weight > 1)) return Weighted(topology, name);
        return [.. topology.Servers.SelectMany((server, index) =>
            Enumerable.Range(0, PlainPoints).Select(i => new RingPoint(hash(name(server, i)), index)))];
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

    private static RingPoint[] OfMd5(Topology topology, Func<ServerAddress, int, byte[]> name, Func<ServerAddress, int> hashCount)
    {
        var servers = topology.Servers;
        var points = new List<RingPoint>(servers.Count * PointsPerServer);
        for (var server = 0; server < servers.Count; server++)
        {
            var hashes = hashCount(servers[server]);
            for (var i = 0; i < hashes; i++)
            {
                var (a, b, c, d) = Md5.Hash(name(servers[server], i));
                points.Add(new RingPoint(a, server));
                points.Add(new RingPoint(b, server));
                points.Add(new RingPoint(c, server));
                points.Add(new RingPoint(d, server));
            }
        }
        return [.. points];
    }
}
