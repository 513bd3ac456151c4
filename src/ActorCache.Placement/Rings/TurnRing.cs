using System.Security.Cryptography;
using System.Text;

namespace ActorCache.Placement;

/// <summary>
/// Servers that take turns: whatever the key, each operation goes to the next one that lives. A key's place is the number of its turn, so
/// that one operation means one server for as long as it lasts.
/// </summary>
internal sealed class TurnRing(Distribution distribution, Topology topology, bool hashTags) : Ring(distribution, topology, hashTags)
{
    private readonly uint _count = (uint)topology.Servers.Count;
    private readonly Turns _turns = new();

    public override string Rule => "server next in turn";

    public override string StandInRule => "next living server in turn";

    public override int Owner(KeyPlace place) => (int)(place.Hash % _count);

    public override double Share(int server) => 1.0 / _count;

    // The living take turns among themselves, or whoever follows a dead one would get twice as much.
    public override ServingRing ServeWith(ServerSet living)
    {
        ArgumentNullException.ThrowIfNull(living);
        return new ServingTable(this, living, living.IsEmpty ? [-1] : [.. Enumerable.Range(0, living.Capacity).Where(living.Contains)]);
    }

    internal override bool MoveNext(KeyPlace place, ref Walk walk) =>
        walk.Found < _count && walk.StepOnto(walk.Found == 0 ? Owner(place) : (int)((walk.Server + 1) % _count));

    private protected override uint Hash(ReadOnlySpan<byte> key) => _turns.Next();

    private protected override void Describe(IncrementalHash fingerprint)
    {
        foreach (var name in Topology.Servers.Select(server => server.Name).Order(StringComparer.Ordinal))
            fingerprint.AppendData(Encoding.UTF8.GetBytes(name + "\0"));
    }
}
