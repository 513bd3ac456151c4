using System.Text;

namespace ActorCache.Placement.Tests;

public sealed class RingTests
{
    [Theory]
    [InlineData(0u, 1)]
    [InlineData(10u, 1)]
    [InlineData(11u, 0)]
    [InlineData(uint.MaxValue - 1, 0)]
    [InlineData(uint.MaxValue, 1)] // past the last point: the first
    public void A_key_belongs_to_the_first_point_that_is_not_below_its_hash(uint hash, int owner) =>
        Assert.Equal(owner, Pools.WithPoints(2, (uint.MaxValue - 1, 0), (10, 1)).Owner(hash));

    [Fact]
    public void The_earlier_server_wins_where_points_collide() =>
        Assert.Equal(1, Pools.WithPoints(3, (10, 2), (10, 1), (20, 0)).Owner(5));

    [Fact]
    public void With_one_server_nothing_is_hashed()
    {
        var ring = Distribution.Ketama.Build(Pools.OfEquals(1));

        Assert.Equal(0u, ring.Hash("any"u8));
        Assert.Equal(0, ring.Owner(ring.Hash("any"u8)));
        Assert.Equal(160, ring.PointCount);
    }

    // Pinned: a client of another version or on another machine must come to the same digits.
    [Fact]
    public void The_fingerprint_is_the_same_in_every_process() =>
        Assert.Equal("f722932993c0d1bf", Distribution.Ketama.Build(Pools.OfEquals(3)).Fingerprint);

    [Fact]
    public void The_fingerprint_tells_servers_weights_points_and_distributions_apart()
    {
        string[] fingerprints =
        [
            Distribution.Ketama.Build(Pools.OfEquals(3)).Fingerprint,
            Distribution.Ketama.Build(Pools.OfEquals(4)).Fingerprint,
            Distribution.Ketama.Build(Pools.Weighted(0, 1, 1, 1)).Fingerprint,
            Distribution.Ketama.Build(Pools.Weighted(0, 2, 1, 1)).Fingerprint,
            Pools.WithPoints(2, (1, 0), (2, 1)).Fingerprint,
            Pools.WithPoints(2, (1, 0), (3, 1)).Fingerprint,
            new Ring(Pools.OfEquals(2), "otherwise", KeyHash.Md5, [new(1, 0), new(2, 1)]).Fingerprint,
        ];

        Assert.Equal(fingerprints.Length, fingerprints.Distinct().Count());
        Assert.All(fingerprints, fingerprint => Assert.Matches("^[0-9a-f]{16}$", fingerprint));
    }

    [Fact]
    public void Finding_a_keys_server_allocates_nothing()
    {
        var ring = Distribution.Ketama.Build(Pools.OfEquals(10));
        var serving = ring.ServeWith(ServerSet.All(10).Without(3));
        var key = Encoding.UTF8.GetBytes(new string('k', 250));
        var sum = 0;

        Assert.Equal(0, Allocated.By(() =>
        {
            for (var i = 0; i < 1000; i++)
            {
                var hash = ring.Hash(key.AsSpan(i % 250));
                sum += ring.Owner(hash) + serving.ServerFor(hash);
            }
        }));
        Assert.NotEqual(0, sum);
    }
}
