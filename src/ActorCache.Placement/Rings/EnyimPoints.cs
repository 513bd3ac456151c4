namespace ActorCache.Placement;

/// <summary>
/// The points of Enyim's default locator: a hundred a server, hashed with FNV-1a. It gives a key that lies below the lowest point to the
/// highest one's server, though one above the highest point goes to the lowest one's. So a further point stands just below the lowest.
/// </summary>
internal static class EnyimPoints
{
    private const int PointsPerServer = 100;

    /// <summary>The ring; on it the lowest real point follows the highest.</summary>
    public static PointRing Ring(Distribution distribution, Topology topology, bool hashTags)
    {
        var points = SpymemcachedPoints.LastOfEach([.. topology.Servers.SelectMany((server, index) =>
            Enumerable.Range(0, PointsPerServer).Select(i => new RingPoint(KeyHashes.Fnv1a32(PointNames.Enyim(server, i)), index)))]);
        return points[0].Value == 0
            ? new PointRing(distribution, topology, hashTags, KeyHashes.Fnv1a32, points)
            : new PointRing(distribution, topology, hashTags, KeyHashes.Fnv1a32, [new(points[0].Value - 1, points[^1].Server), .. points], first: 1);
    }
}
