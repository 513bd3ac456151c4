using System.Text;

namespace ActorCache.Placement.Tests;

public sealed class KetamaPointsTests
{
    [Fact]
    public void Single_precision_gives_equal_servers_156_points_at_eight_counts_and_160_at_all_others()
    {
        var counts = Enumerable.Range(1, 100).Where(count => KetamaPoints.HashCount(1, count, count) != 40).ToList();

        Assert.Equal([25, 47, 50, 55, 61, 71, 94, 100], counts);
        Assert.All(counts, count => Assert.Equal(39, KetamaPoints.HashCount(1, count, count)));
    }

    [Theory]
    [InlineData(24, 24 * 160)]
    [InlineData(25, 25 * 156)]
    [InlineData(26, 26 * 160)]
    public void A_ring_of_equal_servers_has_so_many_points(int servers, int points) =>
        Assert.Equal(points, Distribution.Ketama.Build(Pools.OfEquals(servers)).PointCount);

    [Theory]
    [InlineData(4, 6, 3, 80)] // 320 of 480
    [InlineData(1, 6, 3, 20)]
    [InlineData(1, 101, 2, 0)] // too light for a point
    [InlineData(100, 101, 2, 79)]
    [InlineData(65535, 65535, 1, 40)]
    public void Points_follow_weight(int weight, long totalWeight, int servers, int hashes) =>
        Assert.Equal(hashes, KetamaPoints.HashCount(weight, totalWeight, servers));

    [Theory]
    [InlineData("10.0.0.1", "10.0.0.1-0")]
    [InlineData("10.0.0.1:11212", "10.0.0.1:11212-0")]
    [InlineData("[::1]:11211", "::1-0")]
    [InlineData("[::1]:11212", "::1:11212-0")]
    [InlineData("unix:/run/memcached.sock", "/run/memcached.sock:0-0")]
    public void A_server_is_named_on_the_ring_as_libmemcached_names_it(string server, string firstPoint)
    {
        var (a, b, c, d) = Md5.Hash(Encoding.UTF8.GetBytes(firstPoint));

        var points = KetamaPoints.Weighted(new Topology([ServerAddress.Parse(server)]), PointNames.Libmemcached);

        Assert.Equal([new RingPoint(a, 0), new(b, 0), new(c, 0), new(d, 0)], points[..4]);
    }
}
