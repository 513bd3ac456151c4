using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace ActorCache.Placement;

/// <summary>
/// Servers by points on a circle: a key belongs to the first point that is not below its hash or, past the last point, to the first. Who is
/// away is stood in for by the next distinct living server clockwise.
/// </summary>
/// <remarks>
/// libmemcached's auto-eject rebuilds its ring with the number of living servers, which shifts point counts by four and moves keys of
/// servers that are well; spymemcached hashes the key once more. Here the full ring stays and is walked: only the dead server's keys move.
/// Where two servers' points collide the earlier one wins, as in libmemcached; only there does the order of the list matter.
/// </remarks>
internal class PointRing : Ring
{
    private readonly KeyHash _hash;

    /// <param name="distribution">Who places.</param>
    /// <param name="topology">The servers.</param>
    /// <param name="hashTags">Whether only a part of a key may count.</param>
    /// <param name="hash">What is made of a key.</param>
    /// <param name="points">In any order.</param>
    /// <param name="first">Which of them, in order, follows the last one.</param>
    public PointRing(Distribution distribution, Topology topology, bool hashTags, KeyHash hash, RingPoint[] points, int first = 0)
        : base(distribution, topology, hashTags)
    {
        _hash = hash;
        First = first;
        Array.Sort(points);
        Points = new PointIndex(Array.ConvertAll(points, point => point.Value));
        // One more than there are points: what lies past the last point belongs to the first.
        Owners = new int[points.Length + 1];
        for (var i = 0; i < points.Length; i++)
            Owners[i] = points[i].Server;
        Owners[^1] = Owners[first];

        // A server whose weight is too small for a point owns nothing, but it can still stand in when nobody else lives.
        Pointless =
        [
            .. Enumerable.Range(0, topology.Servers.Count)
                .Except(Owners)
                .OrderBy(server => topology.Servers[server].Name, StringComparer.Ordinal),
        ];
    }

    public override string Rule => "first server clockwise on the ring";

    public override string StandInRule => "next living server clockwise";

    public override int PointCount => Points.Count;

    internal PointIndex Points { get; }

    /// <summary>The point that follows the last one.</summary>
    internal int First { get; }

    /// <summary>The server at each point, and the first point's once more at the end.</summary>
    internal int[] Owners { get; }

    /// <summary>Servers without a point, by name.</summary>
    internal int[] Pointless { get; }

    public override int Owner(KeyPlace place) => OwnerOf(place.Hash);

    public override ServingRing ServeWith(ServerSet living) => new ServingPoints(this, living);

    public override double Share(int server)
    {
        if (Topology.Servers.Count == 1) return 1;
        ulong owned = Owners[^1] == server ? uint.MaxValue - Points[PointCount - 1] : 0;
        for (var i = 0; i < PointCount; i++)
        {
            // A point owns the hashes above the point before it.
            if (Owners[i] == server) owned += i == 0 ? Points[0] + 1UL : Points[i] - Points[i - 1];
        }
        return owned / (double)(1UL << 32);
    }

    internal override bool MoveNext(KeyPlace place, ref Walk walk)
    {
        var placed = Topology.Servers.Count - Pointless.Length;
        if (walk.Found >= placed) return walk.Found - placed < Pointless.Length && walk.StepOnto(Pointless[walk.Found - placed]);
        if (walk.Point < 0) walk.Point = Points.NotBelow(place.Hash);
        while (true)
        {
            if (walk.Point >= Owners.Length - 1) walk.Point = First;
            if (walk.StepOnto(Owners[walk.Point++])) return true;
        }
    }

    private protected int OwnerOf(uint hash) => Owners[Points.NotBelow(hash)];

    private protected override uint Hash(ReadOnlySpan<byte> key) => _hash(key);

    private protected override void Describe(IncrementalHash fingerprint)
    {
        // One record a server, its first four bytes overwritten with each point's value.
        var records = Topology.Servers.Select(server => Encoding.UTF8.GetBytes("\0\0\0\0" + server.Name + "\0")).ToArray();
        for (var i = 0; i < PointCount; i++)
        {
            var record = records[Owners[i]];
            BinaryPrimitives.WriteUInt32LittleEndian(record, Points[i]);
            fingerprint.AppendData(record);
        }
        foreach (var server in Pointless)
            fingerprint.AppendData(records[server]);
    }
}
