namespace ActorCache.Placement;

/// <summary>
/// spymemcached's points: 160 a server or, by its weighted locator, as libmemcached counts them. It keeps them in a sorted map, so of two
/// servers whose points collide the later one has it.
/// </summary>
internal static class SpymemcachedPoints
{
    /// <summary>160 a server, unless weights differ.</summary>
    public static RingPoint[] Of(Topology topology, Func<ServerAddress, int, byte[]> name) =>
        topology.Servers.Any(server => server.Weight != topology.Servers[0].Weight) ? Weighted(topology, name) : LastOfEach(KetamaPoints.Equal(topology, name));

    /// <summary>As the weighted locator has them, which at some counts gives equal servers 156.</summary>
    public static RingPoint[] Weighted(Topology topology, Func<ServerAddress, int, byte[]> name) => LastOfEach(KetamaPoints.Weighted(topology, name));

    /// <summary>Sorted, and of those with one value only the one that was added last.</summary>
    public static RingPoint[] LastOfEach(RingPoint[] points)
    {
        var sorted = new SortedDictionary<uint, int>();
        foreach (var point in points)
            sorted[point.Value] = point.Server;
        return [.. sorted.Select(point => new RingPoint(point.Key, point.Value))];
    }
}
