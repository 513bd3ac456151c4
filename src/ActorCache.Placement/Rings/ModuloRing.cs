using System.Security.Cryptography;
using System.Text;

namespace ActorCache.Placement;

/// <summary>
/// Servers by their place in the list: a key belongs to the one at its hash modulo their number, and the next in the list stands in for who is
/// away. Another order of the list is another placement, and one server more moves nearly every key.
/// </summary>
internal sealed class ModuloRing(Distribution distribution, Topology topology, bool hashTags, KeyHash hash) : Ring(distribution, topology, hashTags)
{
    private readonly uint _count = (uint)topology.Servers.Count;

    public override string Rule => "server at the key's hash modulo the number of servers";

    public override string StandInRule => "next living server of the list";

    public override int Owner(KeyPlace place) => (int)(place.Hash % _count);

    public override double Share(int server) => 1.0 / _count;

    public override ServingRing ServeWith(ServerSet living)
    {
        ArgumentNullException.ThrowIfNull(living);
        var servers = Enumerable.Range(0, (int)_count);
        return new ServingTable(this, living, [.. servers.Select(owner => servers.Select(i => (int)((owner + i) % _count)).FirstOrDefault(living.Contains, -1))]);
    }

    internal override bool MoveNext(KeyPlace place, ref Walk walk) =>
        walk.Found < _count && walk.StepOnto(walk.Found == 0 ? Owner(place) : (int)((walk.Server + 1) % _count));

    private protected override uint Hash(ReadOnlySpan<byte> key) => hash(key);

    private protected override void Describe(IncrementalHash fingerprint)
    {
        foreach (var server in Topology.Servers)
            fingerprint.AppendData(Encoding.UTF8.GetBytes(server.Name + "\0"));
    }
}
