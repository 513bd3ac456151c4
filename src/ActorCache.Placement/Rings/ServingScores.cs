namespace ActorCache.Placement;

/// <summary>A ring of scores while some servers are away: the living alone are scored, so that fewer servers cost less.</summary>
internal sealed class ServingScores(RendezvousRing ring, ServerSet living) : ServingRing(ring, living)
{
    private readonly RendezvousScores? _scores = living.IsEmpty ? null : new RendezvousScores(ring.Topology, living);

    public override int ServerFor(KeyPlace place) => _scores?.Best(((RendezvousRing)Ring).KeyOf(place)) ?? -1;
}
