using CsCheck;

namespace ActorCache.Placement.Tests;

public sealed class PointIndexTests
{
    // Points from all of the circle, and points that crowd and coincide.
    private static readonly Gen<uint[]> Points = Gen.OneOf(Gen.UInt.Array[1, 60], Gen.UInt[0, 40].Array[1, 60]);

    [Fact]
    public void The_search_finds_what_a_walk_finds() =>
        Gen.Select(Points, Gen.UInt, Gen.UInt[0, 41]).Sample(
            (points, far, near) =>
            {
                Array.Sort(points);
                var index = new PointIndex(points);
                foreach (var hash in (uint[])[0, near, far, points[0], points[^1], uint.MaxValue])
                    Assert.Equal(points.TakeWhile(point => point < hash).Count(), index.NotBelow(hash));
            },
            iter: 10_000);

    [Fact]
    public void One_point_is_enough()
    {
        var index = new PointIndex([7]);

        Assert.Equal([0, 0, 1], [index.NotBelow(0), index.NotBelow(7), index.NotBelow(8)]);
    }
}
