using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace ActorCache.Placement;

/// <summary>
/// A topology placed by a distribution: which server owns a key, and who follows it clockwise. Immutable, and blind to who lives; that is
/// <see cref="ServingRing"/>'s view of it.
/// </summary>
/// <remarks>
/// The order in which servers are configured matters only where two servers' points collide: the earlier one wins, as in libmemcached.
/// Ten servers' rings rarely have a collision; at a thousand servers it decides about twenty keys in a million.
/// </remarks>
public sealed class Ring
{
    private readonly KeyHash _hash;
    private string? _fingerprint;

    internal Ring(Topology topology, string distribution, KeyHash hash, RingPoint[] points)
    {
        Topology = topology;
        Distribution = distribution;
        _hash = hash;

        Array.Sort(points);
        Points = new PointIndex(Array.ConvertAll(points, point => point.Value));
        // One more than there are points: what lies past the last point belongs to the first.
        Owners = new int[points.Length + 1];
        for (var i = 0; i < points.Length; i++)
            Owners[i] = points[i].Server;
        Owners[^1] = Owners[0];

        // A server whose weight is too small for a point owns nothing, but it can still stand in when nobody else lives.
        Pointless =
        [
            .. Enumerable.Range(0, topology.Servers.Count)
                .Except(Owners)
                .OrderBy(server => topology.Servers[server].Name, StringComparer.Ordinal),
        ];
    }

    /// <summary>The servers, whose indices this ring speaks of.</summary>
    public Topology Topology { get; }

    /// <summary>The name of the distribution that placed them.</summary>
    public string Distribution { get; }

    /// <summary>How many points the servers have together.</summary>
    public int PointCount => Points.Count;

    /// <summary>
    /// Sixteen hexadecimal digits of a SHA-256 over the distribution's name and every point with its server's name: two processes with the
    /// same fingerprint send every key to the same server. Computed when first asked for.
    /// </summary>
    public string Fingerprint => _fingerprint ??= ComputeFingerprint();

    internal PointIndex Points { get; }

    /// <summary>The server at each point, and the first point's once more at the end.</summary>
    internal int[] Owners { get; }

    /// <summary>Servers without a point, by name.</summary>
    internal int[] Pointless { get; }

    /// <summary>Where on the ring a key lies. 0 for every key when there is only one server: nothing has to be decided.</summary>
    public uint Hash(ReadOnlySpan<byte> key) => Topology.Servers.Count == 1 ? 0 : _hash.Of(key);

    /// <summary>
    /// The index of the server that owns the key with this hash: the one at the first point not below it or, past the last point, at the
    /// first.
    /// </summary>
    public int Owner(uint hash) => Owners[Points.NotBelow(hash)];

    /// <summary>
    /// Every server once, in the order in which they would serve the key with this hash: the owner, then the others clockwise, last any
    /// server whose weight is too small for a point. Allocates nothing up to 1,024 servers.
    /// </summary>
    public Successors Successors(uint hash) => new(this, Points.NotBelow(hash));

    /// <summary>This ring as it serves while only <paramref name="living"/> servers do.</summary>
    /// <exception cref="ArgumentException">The set is about another number of servers.</exception>
    public ServingRing ServeWith(ServerSet living) => new(this, living);

    /// <summary>The part of all keys that a server owns, 0 to 1; of a ring of one server, all.</summary>
    public double Share(int server)
    {
        if (Topology.Servers.Count == 1) return 1;
        ulong owned = 0;
        for (var i = 0; i < PointCount; i++)
        {
            // A point owns the hashes above the point before it; the first one also those above the last.
            if (Owners[i] == server) owned += unchecked(Points[i] - Points[i == 0 ? PointCount - 1 : i - 1]);
        }
        return owned / (double)(1UL << 32);
    }

    private string ComputeFingerprint()
    {
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        sha.AppendData(Encoding.UTF8.GetBytes(Distribution + "\0"));
        // One record a server, its first four bytes overwritten with each point's value.
        var records = Topology.Servers.Select(server => Encoding.UTF8.GetBytes("\0\0\0\0" + server.Name + "\0")).ToArray();
        for (var i = 0; i < PointCount; i++)
        {
            var record = records[Owners[i]];
            BinaryPrimitives.WriteUInt32LittleEndian(record, Points[i]);
            sha.AppendData(record);
        }
        return Convert.ToHexStringLower(sha.GetHashAndReset().AsSpan(0, 8));
    }
}
