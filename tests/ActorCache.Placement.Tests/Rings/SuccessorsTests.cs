using CsCheck;

namespace ActorCache.Placement.Tests;

public sealed class SuccessorsTests
{
    private static readonly PointRing Ten = Distribution.Ketama.BuildPoints(Pools.OfEquals(10));

    [Fact]
    public void Servers_follow_clockwise_each_once()
    {
        var ring = Pools.WithPoints(3, (10, 2), (20, 2), (30, 0), (40, 2), (50, 1));

        Assert.Equal([2, 0, 1], ring.SuccessorList(15));
        Assert.Equal([0, 2, 1], ring.SuccessorList(25));
        Assert.Equal([1, 2, 0], ring.SuccessorList(45));
        Assert.Equal([2, 0, 1], ring.SuccessorList(51));
    }

    [Fact]
    public void All_servers_come_once_and_the_owner_comes_first() =>
        Gen.UInt.Sample(
            hash =>
            {
                var servers = Ten.SuccessorList(hash);
                Assert.Equal(Ten.Owner(hash), servers[0]);
                Assert.Equal(Enumerable.Range(0, 10), servers.Order());
            },
            iter: 10_000);

    [Fact]
    public void A_server_too_light_for_a_point_comes_last()
    {
        var ring = Distribution.Ketama.BuildPoints(new Topology([ServerAddress.Parse("light"), ServerAddress.Parse("heavy*100")]));

        Assert.Equal([0], ring.Pointless);
        Assert.Equal([1, 0], ring.SuccessorList(ring.Place("any"u8).Hash));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(64)]
    [InlineData(65)]
    [InlineData(1024)]
    [InlineData(1025)] // beyond what is kept on the stack
    public void A_pool_of_any_size_is_walked_to_its_end(int count)
    {
        var ring = Distribution.Ketama.BuildPoints(Pools.OfEquals(count));

        Assert.Equal(Enumerable.Range(0, count), ring.SuccessorList(0x9e3779b9).Order());
    }

    [Theory]
    [InlineData(10)]
    [InlineData(1024)]
    public void The_walk_allocates_nothing(int count)
    {
        var ring = Distribution.Ketama.BuildPoints(Pools.OfEquals(count));
        var sum = 0;

        Assert.Equal(0, Allocated.By(() =>
        {
            sum = 0;
            foreach (var server in ring.Successors(new KeyPlace(0x9e3779b9, default)))
                sum += server;
        }));
        Assert.Equal(count * (count - 1) / 2, sum);
    }
}
