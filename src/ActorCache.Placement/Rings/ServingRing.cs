namespace ActorCache.Placement;

/// <summary>
/// A ring as it serves while some servers are away: every key goes to its owner or, while that is away, to the next distinct living server
/// clockwise on the full ring, so that only the keys of the absent move. Worked out once for every point, so that a lookup costs the same
/// during an outage as before it.
/// </summary>
public sealed class ServingRing
{
    private readonly PointIndex _points;
    private readonly int[] _servers;

    internal ServingRing(Ring ring, ServerSet living)
    {
        ArgumentNullException.ThrowIfNull(living);
        if (living.Capacity != ring.Topology.Servers.Count)
        {
            throw new ArgumentException(
                $"The set is about {living.Capacity} servers, the ring about {ring.Topology.Servers.Count}.", nameof(living));
        }

        Ring = ring;
        Living = living;
        _points = ring.Points;
        _servers = living.Count == living.Capacity ? ring.Owners : StandIns(ring, living);
    }

    /// <summary>The full ring.</summary>
    public Ring Ring { get; }

    /// <summary>The servers that serve.</summary>
    public ServerSet Living { get; }

    /// <summary>The index of the server that serves the key with this hash, or -1 when none lives.</summary>
    public int ServerFor(uint hash) => _servers[_points.NotBelow(hash)];

    private static int[] StandIns(Ring ring, ServerSet living)
    {
        // Counter-clockwise, each point takes its own server if that lives, and else what the next point has. What follows the last point
        // is the first living server of the whole circle; without any, a server that has no point but lives; without that, nobody.
        var servers = (int[])ring.Owners.Clone();
        var next = First(ring.Owners, living) ?? First(ring.Pointless, living) ?? -1;
        for (var i = servers.Length - 1; i >= 0; i--)
            servers[i] = next = living.Contains(servers[i]) ? servers[i] : next;
        return servers;
    }

    private static int? First(int[] servers, ServerSet living)
    {
        var i = Array.FindIndex(servers, living.Contains);
        return i < 0 ? null : servers[i];
    }
}
