namespace ActorCache.Placement.Tests;

public sealed class DalliPointsTests
{
    [Fact]
    public void Each_points_share_ends_where_the_next_one_begins_and_the_last_ones_where_the_first_does()
    {
        var ring = Distribution.Dalli.BuildPoints(new Topology([ServerAddress.Parse("a"), ServerAddress.Parse("b*3")]));

        Assert.Equal(320, ring.PointCount); // 80 and 240
        // SHA-1 of "a:11211:0" begins with these digits: from there on the key is a's, just below it is another point's.
        Assert.Equal(0, ring.Owner(0x7ce20652));
        Assert.Equal(80, Enumerable.Range(0, 320).Count(i => ring.Owners[i] == 0));
    }

    [Fact]
    public void Too_light_for_a_point_a_server_owns_nothing()
    {
        var ring = Distribution.Dalli.BuildPoints(new Topology([ServerAddress.Parse("light"), ServerAddress.Parse("heavy*1000")]));

        Assert.Equal([0], ring.Pointless);
        Assert.Equal([1, 0], ring.SuccessorList(ring.Place("any"u8)));
    }
}
