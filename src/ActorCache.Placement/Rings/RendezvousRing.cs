using System.Security.Cryptography;
using System.Text;

namespace ActorCache.Placement;

/// <summary>
/// Servers by scores: every server has one for every key, and the highest has the key. Who is away is stood in for by the next best. Each
/// lookup scores all servers, which is cheap for a few and not for a thousand; for that, no order and no neighbour matters.
/// </summary>
internal sealed class RendezvousRing : Ring
{
    private readonly RendezvousScores _scores;

    public RendezvousRing(Distribution distribution, Topology topology, bool hashTags) : base(distribution, topology, hashTags) =>
        _scores = new RendezvousScores(topology, ServerSet.All(topology.Servers.Count));

    public override string Rule => "server with the highest score for the key";

    public override string StandInRule => "living server with the next best score";

    public override int Owner(KeyPlace place) => _scores.Best(KeyOf(place));

    public override ServingRing ServeWith(ServerSet living) => new ServingScores(this, living);

    public override double Share(int server) => 1.0 / Topology.Servers.Count;

    internal override bool MoveNext(KeyPlace place, ref Walk walk)
    {
        if (walk.Found == Topology.Servers.Count) return false;
        var next = _scores.Best(KeyOf(place), walk.Bound, out var score);
        walk.Bound = score;
        return walk.StepOnto(next);
    }

    /// <summary>What is scored of a key.</summary>
    internal ReadOnlySpan<byte> KeyOf(KeyPlace place) => Decisive(place.Key);

    private protected override uint Hash(ReadOnlySpan<byte> key) => Murmur3.Hash(key);

    private protected override void Describe(IncrementalHash fingerprint)
    {
        foreach (var server in Topology.Servers.OrderBy(server => server.Name, StringComparer.Ordinal))
            fingerprint.AppendData(Encoding.UTF8.GetBytes($"{server.Name}\0{server.Alias}\0"));
    }
}
