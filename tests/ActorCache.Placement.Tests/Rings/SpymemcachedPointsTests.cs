namespace ActorCache.Placement.Tests;

public sealed class SpymemcachedPointsTests
{
    [Fact]
    public void Of_points_that_collide_the_later_servers_stays() =>
        Assert.Equal([new(5, 0), new(10, 2)], SpymemcachedPoints.LastOfEach([new(10, 0), new(10, 1), new(5, 0), new(10, 2)]));

    [Theory]
    [InlineData("a*2,b*2", 320)] // equal weights are none
    [InlineData("a*3,b*1", 320)]
    [InlineData("a*2,b*1,c*1", 480)]
    public void Weights_count_where_they_differ(string servers, int points)
    {
        var topology = new Topology(servers.Split(',').Select(ServerAddress.Parse));
        var ring = Distribution.KetamaSpymemcached.BuildPoints(topology);
        var heaviest = Enumerable.Range(0, ring.PointCount).Count(i => ring.Owners[i] == 0);

        Assert.Equal((points, points * topology.Servers[0].Weight / topology.Servers.Sum(server => server.Weight)), (ring.PointCount, heaviest));
    }

    [Fact]
    public void Twenty_five_servers_have_160_points_each_where_libmemcached_gives_156() =>
        Assert.Equal(25 * 160, Distribution.KetamaSpymemcached.Build(Pools.OfEquals(25)).PointCount);
}
