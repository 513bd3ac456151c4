using System.Text;

namespace ActorCache.Placement.Tests;

public sealed class RingTests
{
    [Fact]
    public void With_one_server_nothing_is_hashed()
    {
        var ring = Distribution.Ketama.Build(Pools.OfEquals(1));

        Assert.Equal(0u, ring.Place("any"u8).Hash);
        Assert.Equal(0, ring.Owner("any"));
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
        ];

        Assert.Equal(fingerprints.Length, fingerprints.Distinct().Count());
        Assert.All(fingerprints, fingerprint => Assert.Matches("^[0-9a-f]{16}$", fingerprint));
    }
}
