namespace ActorCache.Placement;

/// <summary>
/// A ring as it serves while some servers are away: every key goes to its owner or, while that is away, to the one who stands in for it by the
/// distribution's rule. The full ring stays as it is, so that only the keys of the absent move.
/// </summary>
public abstract class ServingRing
{
    private protected ServingRing(Ring ring, ServerSet living)
    {
        ArgumentNullException.ThrowIfNull(living);
        if (living.Capacity != ring.Topology.Servers.Count)
        {
            throw new ArgumentException(
                $"The set is about {living.Capacity} servers, the ring about {ring.Topology.Servers.Count}.", nameof(living));
        }
        Ring = ring;
        Living = living;
    }

    /// <summary>The full ring.</summary>
    public Ring Ring { get; }

    /// <summary>The servers that serve.</summary>
    public ServerSet Living { get; }

    /// <summary>The index of the server that serves a key, or -1 when none lives.</summary>
    public abstract int ServerFor(KeyPlace place);
}
