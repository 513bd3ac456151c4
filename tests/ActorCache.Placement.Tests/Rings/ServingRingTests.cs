using CsCheck;

namespace ActorCache.Placement.Tests;

public sealed class ServingRingTests
{
    private static readonly PointRing Ten = Distribution.Ketama.BuildPoints(Pools.OfEquals(10));

    // Both sparse and dense: outages of nearly all are as likely as of one.
    private static readonly Gen<ServerSet> Living = Gen.Shuffle(Enumerable.Range(0, 10).ToArray(), 0, 10)
        .Select(members => members.Aggregate(ServerSet.None(10), (set, server) => set.With(server)));

    [Fact]
    public void A_key_is_served_by_the_first_living_successor_of_its_hash() =>
        Gen.Select(Living, Gen.UInt.Array[5]).Sample(
            (living, hashes) =>
            {
                var serving = Ten.ServeWith(living);
                foreach (var hash in hashes)
                    Assert.Equal(Ten.SuccessorList(hash).Where(living.Contains).FirstOrDefault(-1), serving.ServerFor(hash));
            },
            iter: 10_000);

    [Fact]
    public void Only_the_keys_of_absent_servers_move() =>
        Gen.Select(Living, Gen.UInt.Array[20]).Sample(
            (living, hashes) =>
            {
                var serving = Ten.ServeWith(living);
                foreach (var hash in hashes)
                    Assert.True(!living.Contains(Ten.Owner(hash)) || serving.ServerFor(hash) == Ten.Owner(hash));
            },
            iter: 10_000);

    [Fact]
    public void The_keys_of_one_dead_server_spread_over_all_others()
    {
        var serving = Ten.ServeWith(ServerSet.All(10).Without(4));
        var standIns = new HashSet<int>();
        for (var i = 0; i < Ten.PointCount; i++)
        {
            if (Ten.Owner(Ten.Points[i]) == 4)
                standIns.Add(serving.ServerFor(Ten.Points[i]));
        }

        Assert.Equal([0, 1, 2, 3, 5, 6, 7, 8, 9], standIns.Order());
    }

    [Fact]
    public void Past_the_last_point_the_first_living_server_of_the_circle_serves()
    {
        var ring = Pools.WithPoints(3, (10, 0), (20, 1), (30, 2));

        Assert.Equal(1, ring.ServeWith(ServerSet.All(3).Without(0)).ServerFor(31));
        Assert.Equal(0, ring.ServeWith(ServerSet.All(3).Without(2)).ServerFor(25));
        Assert.Equal(1, ring.ServeWith(ServerSet.None(3).With(1)).ServerFor(25));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(10)]
    public void Nobody_serves_when_nobody_lives(int count)
    {
        var ring = Distribution.Ketama.BuildPoints(Pools.OfEquals(count));

        Assert.Equal(-1, ring.ServeWith(ServerSet.None(count)).ServerFor(ring.Place("any"u8).Hash));
    }

    [Fact]
    public void A_server_too_light_for_a_point_serves_when_it_is_the_last_one()
    {
        var ring = Distribution.Ketama.BuildPoints(new Topology([ServerAddress.Parse("light"), ServerAddress.Parse("heavy*100")]));
        var hash = ring.Place("any"u8).Hash;

        Assert.Equal(1, ring.ServeWith(ServerSet.All(2)).ServerFor(hash));
        Assert.Equal(0, ring.ServeWith(ServerSet.All(2).Without(1)).ServerFor(hash));
    }

    [Fact]
    public void It_remembers_the_ring_and_who_lives()
    {
        var living = ServerSet.All(10).Without(7);
        var serving = Ten.ServeWith(living);

        Assert.Same(Ten, serving.Ring);
        Assert.Equal(living, serving.Living);
    }

    [Fact]
    public void A_set_about_another_number_of_servers_is_refused() =>
        Assert.Throws<ArgumentException>(() => Ten.ServeWith(ServerSet.All(9)));
}
