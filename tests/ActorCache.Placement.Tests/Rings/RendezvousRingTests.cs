using System.Text;
using CsCheck;

namespace ActorCache.Placement.Tests;

public sealed class RendezvousRingTests
{
    private static readonly Ring Seven = Distribution.Pymemcache.Build(new Topology(Enumerable.Range(1, 7).Select(i => ServerAddress.Parse($"10.0.0.{i}"))));

    // What pymemcache's RendezvousHash answers: it hashes characters, not bytes.
    [Theory]
    [InlineData("ключ", "10.0.0.4:11211")]
    [InlineData("日本語のキー", "10.0.0.4:11211")]
    [InlineData("a😀b", "10.0.0.7:11211")]
    public void Keys_that_are_not_ASCII_lie_where_pymemcache_puts_them(string key, string server) =>
        Assert.Equal(server, Seven.Topology.Servers[Seven.Owner(key)].Name);

    [Theory] // what pymemcache's RendezvousHash answers, which is given a socket's path and an IPv6 address without brackets
    [InlineData("c", "cache:11212")]
    [InlineData("d", "[::1]:11211")]
    [InlineData("f", "unix:/run/a.sock")]
    public void Sockets_and_IPv6_servers_go_by_the_names_that_pymemcache_has_for_them(string key, string server)
    {
        var ring = Distribution.Pymemcache.Build(new Topology(((string[])["unix:/run/a.sock", "[::1]:11211", "cache:11212"]).Select(ServerAddress.Parse)));

        Assert.Equal(server, ring.Topology.Servers[ring.Owner(key)].Name);
    }

    // Names of every length modulo 4, keys of every length: the steps that are done beforehand must not show.
    [Fact]
    public void Servers_follow_by_the_score_of_name_and_key_whole() =>
        Gen.Select(Gen.Int[1, 9].Array[1, 8], Gen.String[Gen.Char.AlphaNumeric, 0, 40]).Sample(
            (lengths, key) =>
            {
                var ring = Distribution.Pymemcache.Build(new Topology(lengths.Select((length, i) => ServerAddress.Parse($"{new string('s', length)}{i}"))));
                var expected = Enumerable.Range(0, lengths.Length)
                    .OrderByDescending(server => Murmur3.Hash(Encoding.ASCII.GetBytes($"{ring.Topology.Servers[server].Name}-{key}")));

                Assert.Equal(lengths.Length == 1 ? [0] : expected, ring.SuccessorList(ring.Place(Encoding.ASCII.GetBytes(key))));
            },
            iter: 5_000);

    [Fact]
    public void The_order_of_the_list_does_not_matter()
    {
        var turned = Distribution.Pymemcache.Build(new Topology(Seven.Topology.Servers.Reverse()));

        Assert.Equal(Seven.Fingerprint, turned.Fingerprint);
        for (var i = 0; i < 1_000; i++)
            Assert.Equal(Seven.Topology.Servers[Seven.Owner($"key-{i}")], turned.Topology.Servers[turned.Owner($"key-{i}")]);
    }

    [Fact]
    public void A_longer_key_than_any_of_memcacheds_is_placed_too() =>
        Assert.InRange(Seven.Owner(new string('k', 5_000)) + Seven.Owner(new string('é', 5_000)), 0, 12);
}
