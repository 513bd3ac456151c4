namespace ActorCache.Placement.Tests;

public sealed class TurnRingTests
{
    [Fact]
    public void Whatever_the_key_the_living_take_turns_and_get_even_parts()
    {
        var ring = Distribution.RoundRobin.Build(Pools.OfEquals(4));
        var serving = ring.ServeWith(ServerSet.All(4).Without(2));
        var counts = new int[4];
        for (var i = 0; i < 30_000; i++) counts[serving.ServerFor(ring.Place("key"u8))]++;

        Assert.Equal(0, counts[2]);
        Assert.All((int[])[0, 1, 3], server => Assert.InRange(counts[server], 9_900, 10_100)); // a thread that changes processor skips a turn
    }

    [Fact]
    public void An_operation_that_keeps_its_turn_means_one_server_and_then_the_next()
    {
        var ring = Distribution.RoundRobin.Build(Pools.OfEquals(4));
        var place = new KeyPlace(6, default);

        Assert.Equal([2, 3, 0, 1], ring.SuccessorList(place));
        Assert.Equal(2, ring.ServeWith(ServerSet.All(4)).ServerFor(place));
        Assert.Equal(-1, ring.ServeWith(ServerSet.None(4)).ServerFor(place));
    }
}
