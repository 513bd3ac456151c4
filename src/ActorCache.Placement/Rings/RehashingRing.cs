namespace ActorCache.Placement;

/// <summary>
/// dalli's ring. Who is away is stood in for by whoever hashes of <c>0key</c>, <c>1key</c> and so on come upon, as dalli looks twenty times.
/// Should none of those live, it is the next server along the ring, so that no call fails while one lives.
/// </summary>
internal sealed class RehashingRing(Distribution distribution, Topology topology, bool hashTags, RingPoint[] points)
    : PointRing(distribution, topology, hashTags, KeyHashes.Crc, points)
{
    private const int MaxLooks = 20;

    public override string Rule => "server of the last point not above the key's hash";

    public override string StandInRule => "first living server that further hashes of the key come upon";

    public override ServingRing ServeWith(ServerSet living) => new ServingWalk(this, living);

    internal override bool MoveNext(KeyPlace place, ref Walk walk)
    {
        var key = Decisive(place.Key);
        while (walk.Looks < MaxLooks)
        {
            var hash = walk.Looks == 0 ? place.Hash : Crc32.Of(walk.Looks - 1, key);
            walk.Looks++;
            if (walk.StepOnto(OwnerOf(hash))) return true;
        }
        return base.MoveNext(place, ref walk);
    }
}
