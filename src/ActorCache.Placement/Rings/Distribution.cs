using System.Diagnostics.CodeAnalysis;

namespace ActorCache.Placement;

/// <summary>
/// One way to spread keys over servers, named after the client that it is compatible with: two clients of one pool that disagree keep
/// private half-caches, and their deletes miss. A distribution knows what to make of a topology; the <see cref="Ring"/> does the rest.
/// </summary>
/// <remarks>
/// Servers go by their configured text (<c>host:port</c>, or the alias before an <c>@</c>), never by a resolved address: write them here as they
/// are written there. Weights count where it says so, and are ignored elsewhere. What happens to the keys of a server that is away is ours: the
/// full ring stays, and only those keys move, also where the other client would rebuild its ring.
/// </remarks>
public sealed class Distribution
{
    private readonly Func<Distribution, Topology, bool, Ring> _build;

    private Distribution(string name, Func<Distribution, Topology, bool, Ring> build, Ownership ownership = Ownership.One)
    {
        Name = name;
        Ownership = ownership;
        _build = build;
    }

    /// <summary>
    /// <c>ketama</c>, the default, with weights: libmemcached's <c>MEMCACHED_BEHAVIOR_KETAMA_WEIGHTED</c>; pylibmc with
    /// <c>"ketama_weighted": True</c>; php-memcached with <c>OPT_LIBKETAMA_COMPATIBLE</c>; twemproxy with <c>distribution: ketama</c> and
    /// <c>hash: md5</c>.
    /// </summary>
    public static Distribution Ketama { get; } = Points("ketama", KeyHashes.Md5, topology => KetamaPoints.Weighted(topology, PointNames.Libmemcached));

    /// <summary>
    /// <c>ketama-spymemcached</c>: spymemcached with <c>Locator.CONSISTENT</c> and <c>DefaultHashAlgorithm.KETAMA_HASH</c>; with weights that
    /// differ, as <see cref="KetamaSpymemcachedWeighted"/>. For servers configured by address: Java names a server that has a host name by host
    /// name and address.
    /// </summary>
    public static Distribution KetamaSpymemcached { get; } =
        Points("ketama-spymemcached", KeyHashes.Md5, topology => SpymemcachedPoints.Of(topology, PointNames.Spymemcached));

    /// <summary><c>ketama-spymemcached-libmemcached</c>: the same with <c>KetamaNodeKeyFormatter.Format.LIBMEMCACHED</c>, which leaves the port 11211 out.</summary>
    public static Distribution KetamaSpymemcachedLibmemcached { get; } =
        Points("ketama-spymemcached-libmemcached", KeyHashes.Md5, topology => SpymemcachedPoints.Of(topology, PointNames.Libmemcached));

    /// <summary>
    /// <c>ketama-spymemcached-weighted</c>: spymemcached's <c>KetamaNodeLocator</c> made with weights, be they equal. It differs from the other
    /// with equal weights, at 25, 47, 50, 55, 61, 71, 94 and 100 servers.
    /// </summary>
    public static Distribution KetamaSpymemcachedWeighted { get; } =
        Points("ketama-spymemcached-weighted", KeyHashes.Md5, topology => SpymemcachedPoints.Weighted(topology, PointNames.Spymemcached));

    /// <summary><c>ketama-spymemcached-weighted-libmemcached</c>: the same with <c>KetamaNodeKeyFormatter.Format.LIBMEMCACHED</c>.</summary>
    public static Distribution KetamaSpymemcachedWeightedLibmemcached { get; } =
        Points("ketama-spymemcached-weighted-libmemcached", KeyHashes.Md5, topology => SpymemcachedPoints.Weighted(topology, PointNames.Libmemcached));

    /// <summary><c>twemproxy</c>, with weights and aliases: twemproxy with <c>distribution: ketama</c> and its default <c>hash: fnv1a_64</c>.</summary>
    public static Distribution Twemproxy { get; } =
        Points("twemproxy", KeyHashes.TwemproxyFnv1a64, topology => KetamaPoints.Weighted(topology, PointNames.Libmemcached));

    /// <summary><c>twemproxy-one-at-a-time</c>, with weights and aliases: twemproxy with <c>distribution: ketama</c> and <c>hash: one_at_a_time</c>.</summary>
    public static Distribution TwemproxyOneAtATime { get; } =
        Points("twemproxy-one-at-a-time", KeyHashes.OneAtATime, topology => KetamaPoints.Weighted(topology, PointNames.Libmemcached));

    /// <summary><c>dalli</c>, with weights: Ruby's dalli, and through it Rails' <c>mem_cache_store</c>.</summary>
    public static Distribution Dalli { get; } = new("dalli", static (self, topology, hashTags) => new RehashingRing(self, topology, hashTags, DalliPoints.Of(topology)));

    /// <summary><c>pymemcache</c>: pymemcache's <c>HashClient</c> with its default <c>RendezvousHash</c>. A lookup scores every server.</summary>
    public static Distribution Pymemcache { get; } = new("pymemcache", static (self, topology, hashTags) => new RendezvousRing(self, topology, hashTags));

    /// <summary><c>enyim</c>: EnyimMemcachedCore's <c>DefaultNodeLocator</c>, for servers configured by address.</summary>
    public static Distribution Enyim { get; } = new("enyim", EnyimPoints.Ring);

    /// <summary><c>libmemcached-modula</c>: libmemcached as it is without settings; <c>MEMCACHED_DISTRIBUTION_MODULA</c>, <c>MEMCACHED_HASH_DEFAULT</c>. The order of servers counts.</summary>
    public static Distribution LibmemcachedModula { get; } = Modula("libmemcached-modula", KeyHashes.OneAtATime);

    /// <summary><c>libmemcached-modula-crc</c>: the same with <c>MEMCACHED_HASH_CRC</c>.</summary>
    public static Distribution LibmemcachedModulaCrc { get; } = Modula("libmemcached-modula-crc", KeyHashes.LibmemcachedCrc);

    /// <summary><c>libmemcached-consistent</c>, with weights: <c>MEMCACHED_DISTRIBUTION_CONSISTENT</c>, <c>MEMCACHED_HASH_DEFAULT</c> (one-at-a-time).</summary>
    public static Distribution LibmemcachedConsistent { get; } = Plain("libmemcached-consistent", KeyHashes.OneAtATime, PointNames.Libmemcached);

    /// <summary><c>libmemcached-consistent-fnv1a32</c>, with weights: the same with <c>MEMCACHED_HASH_FNV1A_32</c>.</summary>
    public static Distribution LibmemcachedConsistentFnv1a32 { get; } =
        Plain("libmemcached-consistent-fnv1a32", KeyHashes.LibmemcachedFnv1a32, PointNames.Libmemcached);

    /// <summary><c>libmemcached-ketama</c>, with weights: <c>MEMCACHED_BEHAVIOR_KETAMA</c>, which hashes with MD5; pylibmc's <c>"ketama": True</c>.</summary>
    public static Distribution LibmemcachedKetama { get; } = Plain("libmemcached-ketama", KeyHashes.Md5, PointNames.Libmemcached);

    /// <summary><c>libmemcached-ketama-spy</c>, with weights: <c>MEMCACHED_DISTRIBUTION_CONSISTENT_KETAMA_SPY</c> with <c>MEMCACHED_HASH_MD5</c>.</summary>
    public static Distribution LibmemcachedKetamaSpy { get; } = Plain("libmemcached-ketama-spy", KeyHashes.Md5, PointNames.KetamaSpy);

    /// <summary>
    /// <c>round-robin</c>: each operation takes the next available server in turn. For pools of equivalent proxies, such as mcrouter or twemproxy; on
    /// memcached servers, which know nothing of each other, most reads would miss.
    /// </summary>
    public static Distribution RoundRobin { get; } =
        new("round-robin", static (self, topology, hashTags) => new TurnRing(self, topology, hashTags), Ownership.Any);

    /// <summary>
    /// <c>replicated</c>: writes and deletes go to every living server, reads to one in turn, and a miss tries one more. For few servers of which
    /// each has room for everything: the cache outlives any server but the last. A server that was away is flushed before it is read from again.
    /// </summary>
    public static Distribution Replicated { get; } =
        new("replicated", static (self, topology, hashTags) => new TurnRing(self, topology, hashTags), Ownership.All);

    /// <summary>The option value of every distribution.</summary>
    public static IReadOnlyList<string> Names { get; } = Array.AsReadOnly(Array.ConvertAll(Known, distribution => distribution.Name));

    /// <summary>The option value.</summary>
    public string Name { get; }

    /// <summary>How many servers a key belongs to.</summary>
    public Ownership Ownership { get; }

    private static Distribution[] Known =>
    [
        Ketama, KetamaSpymemcached, KetamaSpymemcachedLibmemcached, KetamaSpymemcachedWeighted, KetamaSpymemcachedWeightedLibmemcached,
        Twemproxy, TwemproxyOneAtATime, Dalli, Pymemcache, Enyim,
        LibmemcachedModula, LibmemcachedModulaCrc, LibmemcachedConsistent, LibmemcachedConsistentFnv1a32, LibmemcachedKetama, LibmemcachedKetamaSpy,
        RoundRobin, Replicated,
    ];

    /// <summary>Finds a distribution by its option value, in any case.</summary>
    public static bool TryFind(string name, [NotNullWhen(true)] out Distribution? distribution)
    {
        distribution = Array.Find(Known, known => known.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
        return distribution is not null;
    }

    /// <summary>Places the servers of a topology: about a millisecond of work for ten servers, thirty for a thousand.</summary>
    /// <param name="topology">The servers.</param>
    /// <param name="hashTags">Only what stands in the first <c>{...}</c> of a key decides its place.</param>
    public Ring Build(Topology topology, bool hashTags = false) => _build(this, topology, hashTags);

    /// <inheritdoc/>
    public override string ToString() => Name;

    private static Distribution Points(string name, KeyHash hash, Func<Topology, RingPoint[]> points) =>
        new(name, (self, topology, hashTags) => new PointRing(self, topology, hashTags, hash, points(topology)));

    private static Distribution Plain(string name, KeyHash hash, Func<ServerAddress, int, byte[]> pointName) =>
        Points(name, hash, topology => KetamaPoints.Plain(topology, pointName, hash));

    private static Distribution Modula(string name, KeyHash hash) =>
        new(name, (self, topology, hashTags) => new ModuloRing(self, topology, hashTags, hash));
}
