namespace ActorCache.Placement;

/// <summary>libmemcached's <c>KETAMA_WEIGHTED</c>: weighted ketama points, keys hashed with MD5.</summary>
/// <remarks>
/// libmemcached's auto-eject rebuilds its ring with the number of living servers, which shifts point counts by four and moves keys of
/// servers that are well. Here the ring never changes when a server dies: only the dead server's keys move (<see cref="ServingRing"/>).
/// </remarks>
internal sealed class KetamaDistribution() : Distribution("ketama")
{
    public override Ring Build(Topology topology)
    {
        ArgumentNullException.ThrowIfNull(topology);
        return new Ring(topology, Name, KeyHash.Md5, KetamaPoints.Of(topology));
    }
}
