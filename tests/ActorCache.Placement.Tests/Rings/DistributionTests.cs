using System.Text;
using CsCheck;
using Xunit.Abstractions;

namespace ActorCache.Placement.Tests;

public sealed class DistributionTests(ITestOutputHelper output)
{
    // Which scheme's rows each distribution answers for, how many there are, and whether that client was given weights.
    private static readonly (Distribution Distribution, string Scheme, int Rows, bool Weights)[] Claims =
    [
        (Distribution.Ketama, "libmemcached_ketama_weighted_md5", 320, true),
        (Distribution.Ketama, "php_memcached_libketama", 320, true),
        (Distribution.Ketama, "twemproxy_ketama_md5", 120, true),
        (Distribution.KetamaSpymemcached, "spymemcached_ketama", 280, false),
        (Distribution.KetamaSpymemcachedLibmemcached, "spymemcached_ketama_libmemcached", 320, false),
        (Distribution.KetamaSpymemcachedWeightedLibmemcached, "spymemcached_ketama_weighted_libmemcached", 320, true),
        (Distribution.Twemproxy, "twemproxy_ketama_fnv1a_64", 80, true),
        (Distribution.TwemproxyOneAtATime, "twemproxy_ketama_one_at_a_time", 80, true),
        (Distribution.Dalli, "dalli_ring", 320, true),
        (Distribution.Pymemcache, "pymemcache_rendezvous", 320, true),
        (Distribution.Enyim, "enyim_default_fnv1a", 160, true),
        (Distribution.LibmemcachedModula, "libmemcached_modula_oneatatime", 320, true),
        (Distribution.LibmemcachedModulaCrc, "libmemcached_modula_crc", 320, true),
        (Distribution.LibmemcachedConsistent, "libmemcached_consistent_oneatatime", 320, true),
        (Distribution.LibmemcachedConsistentFnv1a32, "libmemcached_consistent_fnv1a32", 320, true),
        (Distribution.LibmemcachedKetama, "libmemcached_ketama_md5", 320, true),
        (Distribution.LibmemcachedKetamaSpy, "libmemcached_ketama_spy_md5", 320, true),
    ];

    private static readonly Gen<string> Keys = Gen.String[Gen.Char.AlphaNumeric, 1, 40];

    // Both sparse and dense: outages of nearly all are as likely as of one.
    private static readonly Gen<ServerSet> Living = Gen.Shuffle(Enumerable.Range(0, 10).ToArray(), 0, 10)
        .Select(members => members.Aggregate(ServerSet.None(10), (set, server) => set.With(server)));

    public static TheoryData<string> Schemes() => [.. Claims.Select(claim => claim.Scheme)];

    public static TheoryData<string> Names() => [.. Distribution.Names];

    public static TheoryData<string> NamesOfOwners() => [.. Distribution.Names.Where(name => Find(name).Ownership == Ownership.One)];

    [Theory]
    [MemberData(nameof(Schemes))]
    public void Every_key_lies_where_the_real_client_puts_it(string scheme)
    {
        var claim = Claims.Single(claim => claim.Scheme == scheme);

        var rows = ReferenceRows.AllAgreeWith(claim.Distribution, scheme, claim.Weights);

        output.WriteLine($"{claim.Distribution}: {rows} rows of {scheme} checked");
        Assert.Equal(claim.Rows, rows); // a truncated file is no pass
    }

    [Fact]
    public void Every_file_of_rows_is_checked_and_every_distribution_is_named_after_rows_but_three()
    {
        Assert.Equal(ReferenceRows.Schemes.Order(StringComparer.Ordinal), Claims.Select(claim => claim.Scheme).Order(StringComparer.Ordinal));
        Assert.Equal(["ketama-spymemcached-weighted", "round-robin", "replicated"], Distribution.Names.Except(Claims.Select(claim => claim.Distribution.Name)));
        output.WriteLine($"{Claims.Sum(claim => claim.Rows)} rows of {Claims.Length} schemes for {Distribution.Names.Count} distributions");
    }

    [Fact]
    public void These_are_the_distributions() => Assert.Equal(
        [
            "ketama", "ketama-spymemcached", "ketama-spymemcached-libmemcached", "ketama-spymemcached-weighted", "ketama-spymemcached-weighted-libmemcached",
            "twemproxy", "twemproxy-one-at-a-time", "dalli", "pymemcache", "enyim", "libmemcached-modula", "libmemcached-modula-crc", "libmemcached-consistent",
            "libmemcached-consistent-fnv1a32", "libmemcached-ketama", "libmemcached-ketama-spy", "round-robin", "replicated",
        ],
        Distribution.Names);

    [Theory]
    [InlineData("ketama")]
    [InlineData("Ketama")]
    public void A_distribution_is_found_by_its_name_in_any_case(string name) => Assert.Same(Distribution.Ketama, Find(name));

    [Theory]
    [InlineData("")]
    [InlineData("ketama ")]
    [InlineData("modulo")]
    public void An_unknown_name_finds_nothing(string name) => Assert.False(Distribution.TryFind(name, out _));

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_listed_name_finds_the_distribution_whose_rings_bear_it(string name)
    {
        var distribution = Find(name);
        var ring = distribution.Build(Pools.OfEquals(2));

        Assert.Equal((name, name, name), (distribution.Name, distribution.ToString(), ring.Distribution));
        Assert.Equal(distribution.Ownership, ring.Ownership);
        Assert.Equal(name == "round-robin" ? Ownership.Any : name == "replicated" ? Ownership.All : Ownership.One, ring.Ownership);
        Assert.NotEmpty(ring.Rule);
        Assert.NotEmpty(ring.StandInRule);
    }

    [Theory]
    [MemberData(nameof(NamesOfOwners))]
    public void Only_the_keys_of_absent_servers_move_and_they_go_to_the_first_living_one_in_the_keys_order(string name)
    {
        var ring = Find(name).Build(Pools.OfEquals(10));
        Gen.Select(Living, Keys.Array[10]).Sample(
            (living, keys) =>
            {
                var serving = ring.ServeWith(living);
                foreach (var key in keys)
                {
                    var place = ring.Place(Encoding.UTF8.GetBytes(key));
                    var order = ring.SuccessorList(place);
                    Assert.Equal(ring.Owner(place), order[0]);
                    Assert.Equal(Enumerable.Range(0, 10), order.Order()); // so that nobody is left out while one lives
                    Assert.Equal(order.Where(living.Contains).FirstOrDefault(-1), serving.ServerFor(place));
                }
            },
            iter: 1_000);
    }

    [Theory]
    [MemberData(nameof(NamesOfOwners))]
    public void A_dead_servers_keys_go_to_more_than_one_other_but_in_a_list(string name)
    {
        var ring = Find(name).Build(Pools.OfEquals(10));
        var serving = ring.ServeWith(ServerSet.All(10).Without(4));
        var standIns = new HashSet<int>();
        for (var i = 0; i < 2_000; i++)
        {
            var place = ring.Place(Pools.RandomKey(i));
            if (ring.Owner(place) == 4) standIns.Add(serving.ServerFor(place));
        }

        if (name.StartsWith("libmemcached-modula", StringComparison.Ordinal)) Assert.Equal([5], standIns);
        else Assert.InRange(standIns.Count, name.EndsWith("fnv1a32", StringComparison.Ordinal) ? 2 : 5, 9); // FNV puts alike names close together
    }

    [Theory]
    [MemberData(nameof(NamesOfOwners))]
    public void Shares_are_what_keys_come_to_and_make_one_together(string name)
    {
        var ring = Find(name).Build(Pools.OfEquals(5));
        var counts = new int[5];
        for (var i = 0; i < 20_000; i++) counts[ring.Owner(ring.Place(Pools.RandomKey(i)))]++;

        Assert.Equal(1, Enumerable.Range(0, 5).Sum(ring.Share), 9);
        for (var server = 0; server < 5; server++) Assert.InRange(counts[server] / 20_000d, ring.Share(server) - 0.03, ring.Share(server) + 0.03);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_only_server_has_every_key(string name)
    {
        var ring = Find(name).Build(Pools.OfEquals(1));
        var place = ring.Place("any"u8);

        Assert.Equal((0, 0, -1, 1.0), (ring.Owner(place), ring.ServeWith(ServerSet.All(1)).ServerFor(place), ring.ServeWith(ServerSet.None(1)).ServerFor(place), ring.Share(0)));
        Assert.Equal([0], ring.SuccessorList(place));
    }

    [Theory]
    [MemberData(nameof(NamesOfOwners))]
    public void With_hash_tags_keys_with_one_tag_have_one_place_whoever_lives(string name)
    {
        var ring = Find(name).Build(Pools.OfEquals(10), hashTags: true);
        var plain = Find(name).Build(Pools.OfEquals(10));
        var owners = new HashSet<int>();
        for (var i = 0; i < 100; i++)
        {
            var tag = Encoding.UTF8.GetString(Pools.RandomKey(i));
            var order = plain.SuccessorList(plain.Place(Pools.RandomKey(i)));
            owners.Add(order[0]);
            foreach (var key in (string[])[$"{{{tag}}}:a", $"x{{{tag}}}", tag])
            {
                var place = ring.Place(Encoding.UTF8.GetBytes(key));
                Assert.Equal(order, ring.SuccessorList(place));
                Assert.Equal(order[1], ring.ServeWith(ServerSet.All(10).Without(order[0])).ServerFor(place));
            }
        }

        Assert.InRange(owners.Count, 5, 10);
        Assert.True(ring.HashTags);
        Assert.NotEqual(plain.Fingerprint, ring.Fingerprint);
    }

    // The same words in another process and on another machine: pinned.
    [Theory]
    [MemberData(nameof(Names))]
    public void Fingerprints_tell_distributions_servers_and_hash_tags_apart(string name)
    {
        var topologies = (Topology[])[Pools.OfEquals(3), Pools.OfEquals(4), new Topology(Pools.OfEquals(3).Servers.Skip(1))];
        var distributions = Distribution.Names.Select(Find).ToList();

        var fingerprints = topologies.SelectMany(topology => new[] { Find(name).Build(topology).Fingerprint, Find(name).Build(topology, hashTags: true).Fingerprint })
            .Concat(distributions.Where(other => other.Name != name).Select(other => other.Build(topologies[0]).Fingerprint))
            .ToList();

        Assert.Equal(fingerprints.Count, fingerprints.Distinct().Count());
        Assert.All(fingerprints, fingerprint => Assert.Matches("^[0-9a-f]{16}$", fingerprint));
        Assert.Equal(Find(name).Build(topologies[0]).Fingerprint, Find(name).Build(Pools.OfEquals(3)).Fingerprint);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_order_of_the_list_is_in_the_fingerprint_where_it_decides(string name)
    {
        var servers = Pools.OfEquals(5).Servers;
        var isOrdered = name.StartsWith("libmemcached-modula", StringComparison.Ordinal);

        Assert.Equal(!isOrdered, Find(name).Build(new Topology(servers)).Fingerprint == Find(name).Build(new Topology(servers.Reverse())).Fingerprint);
    }

    [Theory]
    [MemberData(nameof(NamesOfOwners))]
    public void A_server_at_another_address_keeps_its_keys_by_its_alias(string name)
    {
        var before = Find(name).Build(new Topology(((string[])["a1@10.0.0.1", "a2@10.0.0.2:1", "a3@10.0.0.3"]).Select(ServerAddress.Parse)));
        var after = Find(name).Build(new Topology(((string[])["a1@10.0.0.1", "a2@10.0.9.9", "a3@10.0.0.3"]).Select(ServerAddress.Parse)));

        for (var i = 0; i < 500; i++) Assert.Equal(before.Owner($"key-{i}"), after.Owner($"key-{i}"));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Finding_a_keys_server_allocates_nothing(string name)
    {
        var ring = Find(name).Build(Pools.OfEquals(10), hashTags: true);
        var serving = ring.ServeWith(ServerSet.All(10).Without(3));
        var keys = (byte[][])[Encoding.UTF8.GetBytes(new string('k', 250)), Encoding.UTF8.GetBytes("{user:1}:ключ"), Encoding.UTF8.GetBytes("k")];
        var sum = 0;

        Assert.Equal(0, Allocated.By(() =>
        {
            for (var i = 0; i < 300; i++)
            {
                var place = ring.Place(keys[i % 3].AsSpan(i % 3 == 0 ? i % 250 : 0));
                sum += ring.Owner(place) + serving.ServerFor(new KeyPlace(place.Hash, place.Key));
                foreach (var server in ring.Successors(place)) sum += server;
            }
        }));
        Assert.NotEqual(0, sum);
    }

    private static Distribution Find(string name) => Distribution.TryFind(name, out var distribution) ? distribution : throw new ArgumentException(name);
}
