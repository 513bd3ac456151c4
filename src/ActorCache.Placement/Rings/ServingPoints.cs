namespace ActorCache.Placement;

/// <summary>
/// A ring of points while some servers are away. Who stands in is worked out once for every point, so that a lookup costs the same during an
/// outage as before it.
/// </summary>
internal sealed class ServingPoints : ServingRing
{
    private readonly PointIndex _points;
    private readonly int[] _servers;

    public ServingPoints(PointRing ring, ServerSet living) : base(ring, living)
    {
        _points = ring.Points;
        _servers = living.Count == living.Capacity ? ring.Owners : StandIns(ring, living);
    }

    public override int ServerFor(KeyPlace place) => _servers[_points.NotBelow(place.Hash)];

    private static int[] StandIns(PointRing ring, ServerSet living)
    {
        // Counter-clockwise, each point takes its own server if that lives, and else what the next point has. What follows the last point
        // is the first living server of the whole circle; without any, a server that has no point but lives; without that, nobody.
        var servers = (int[])ring.Owners.Clone();
        var next = First(ring.Owners.AsSpan(ring.First), living) ?? First(ring.Pointless, living) ?? -1;
        for (var i = servers.Length - 1; i >= 0; i--)
            servers[i] = next = living.Contains(servers[i]) ? servers[i] : next;
        return servers;
    }

    private static int? First(ReadOnlySpan<int> servers, ServerSet living)
    {
        foreach (var server in servers)
        {
            if (living.Contains(server)) return server;
        }
        return null;
    }
}
