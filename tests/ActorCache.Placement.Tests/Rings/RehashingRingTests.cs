using System.Text;

namespace ActorCache.Placement.Tests;

public sealed class RehashingRingTests
{
    private static readonly PointRing Ten = Distribution.Dalli.BuildPoints(Pools.OfEquals(10));

    [Fact]
    public void Stand_ins_are_who_hashes_of_the_key_with_a_number_before_it_come_upon()
    {
        for (var i = 0; i < 200; i++)
        {
            var key = Encoding.ASCII.GetBytes($"key-{i}");
            var looks = Enumerable.Range(-1, 20)
                .Select(look => PointRingOwner(look < 0 ? Crc32.Of(key) : Crc32.Of(Encoding.ASCII.GetBytes($"{look}key-{i}"))))
                .Distinct().ToList();

            Assert.Equal(looks, Ten.SuccessorList(Ten.Place(key)).Take(looks.Count));
        }

        static int PointRingOwner(uint hash) => Ten.Owners[Ten.Points.NotBelow(hash)];
    }

    // Twenty looks miss a given one of a hundred servers four times in five.
    [Fact]
    public void Whom_no_look_finds_serves_all_the_same_when_nobody_else_lives()
    {
        var ring = Distribution.Dalli.Build(Pools.OfEquals(100));
        var serving = ring.ServeWith(ServerSet.None(100).With(42));

        for (var i = 0; i < 100; i++) Assert.Equal(42, serving.ServerFor(ring.Place(Encoding.ASCII.GetBytes($"key-{i}"))));
    }
}
