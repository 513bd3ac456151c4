using System.Security.Cryptography;
using System.Text;

namespace ActorCache.Placement;

/// <summary>
/// A topology placed by a distribution: which server owns a key, and who follows it when it is away. Immutable, and blind to who lives; that
/// is <see cref="ServingRing"/>'s view of it.
/// </summary>
/// <remarks>
/// Most clients place servers by points on a circle, some by scores, by the key's hash modulo the number of servers, or not at all. A lookup
/// allocates nothing in any of them.
/// </remarks>
public abstract class Ring
{
    private string? _fingerprint;

    private protected Ring(Distribution distribution, Topology topology, bool hashTags)
    {
        ArgumentNullException.ThrowIfNull(topology);
        Placement = distribution;
        Topology = topology;
        HashTags = hashTags;
    }

    /// <summary>The servers, whose indices this ring speaks of.</summary>
    public Topology Topology { get; }

    /// <summary>The name of the distribution that placed them.</summary>
    public string Distribution => Placement.Name;

    /// <summary>How many servers a key belongs to.</summary>
    public Ownership Ownership => Placement.Ownership;

    /// <summary>Only what stands in the first <c>{...}</c> of a key decides its place.</summary>
    public bool HashTags { get; }

    /// <summary>Who a key's owner is, in words, as in "first server clockwise on the ring".</summary>
    public abstract string Rule { get; }

    /// <summary>Who serves while the owner does not, in words, as in "next living server clockwise".</summary>
    public abstract string StandInRule { get; }

    /// <summary>How many points the servers have together; 0 where there are none.</summary>
    public virtual int PointCount => 0;

    /// <summary>
    /// Sixteen hexadecimal digits of a SHA-256 over everything that decides where a key goes: two processes with the same fingerprint send
    /// every key to the same server. Computed when first asked for.
    /// </summary>
    public string Fingerprint => _fingerprint ??= ComputeFingerprint();

    private protected Distribution Placement { get; }

    /// <summary>Where a key lies. Of a ring of one server the hash is 0 for every key: nothing has to be decided.</summary>
    public KeyPlace Place(ReadOnlySpan<byte> key) => new(Topology.Servers.Count == 1 ? 0 : Hash(Decisive(key)), key);

    /// <summary>The index of the server that owns a key.</summary>
    public abstract int Owner(KeyPlace place);

    /// <summary>
    /// Every server once, in the order in which they would serve the key: the owner, then the others. Allocates nothing up to 1,024 servers.
    /// </summary>
    public Successors Successors(KeyPlace place) => new(this, place);

    /// <summary>This ring as it serves while only <paramref name="living"/> servers do.</summary>
    /// <exception cref="ArgumentException">The set is about another number of servers.</exception>
    public abstract ServingRing ServeWith(ServerSet living);

    /// <summary>The part of all keys that a server owns, 0 to 1; of a ring of one server, all.</summary>
    public abstract double Share(int server);

    /// <summary>Goes on to the next server in a key's order.</summary>
    internal abstract bool MoveNext(KeyPlace place, ref Walk walk);

    private protected abstract uint Hash(ReadOnlySpan<byte> key);

    /// <summary>Everything but the distribution's name that decides where keys go.</summary>
    private protected abstract void Describe(IncrementalHash fingerprint);

    /// <summary>The part of a key that decides its place.</summary>
    private protected ReadOnlySpan<byte> Decisive(ReadOnlySpan<byte> key) => HashTags ? HashTag.Of(key) : key;

    private string ComputeFingerprint()
    {
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        sha.AppendData(Encoding.UTF8.GetBytes(Distribution + (HashTags ? "\0{}\0" : "\0")));
        Describe(sha);
        return Convert.ToHexStringLower(sha.GetHashAndReset().AsSpan(0, 8));
    }
}
