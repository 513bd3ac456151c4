namespace ActorCache.Placement.Tests;

public sealed class EnyimPointsTests
{
    [Fact]
    public void A_key_below_the_lowest_point_goes_to_the_highest_ones_server_and_one_above_the_highest_to_the_lowest_ones()
    {
        for (var servers = 2; servers < 30; servers++)
        {
            var ring = Distribution.Enyim.BuildPoints(Pools.OfEquals(servers));
            var (lowest, highest) = (ring.Points[1], ring.Points[ring.PointCount - 1]); // before the lowest stands the one we added

            Assert.Equal(ring.Owner(highest), ring.Owner(0u));
            Assert.Equal(ring.Owner(highest), ring.Owner(lowest - 1));
            Assert.Equal(ring.Owner(lowest), ring.Owner(lowest));
            Assert.Equal(ring.Owner(lowest), ring.Owner(highest + 1));
            Assert.Equal(ring.Owner(lowest), ring.Owner(uint.MaxValue));
            Assert.Equal(ring.SuccessorList(lowest), ring.SuccessorList(highest + 1));
        }
    }
}
