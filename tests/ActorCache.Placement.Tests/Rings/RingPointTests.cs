namespace ActorCache.Placement.Tests;

public sealed class RingPointTests
{
    [Fact]
    public void Points_sort_unsigned_by_value_and_then_by_server()
    {
        RingPoint[] points = [new(uint.MaxValue, 0), new(5, 2), new(5, 1), new(0, 3)];

        Assert.Equal([new(0, 3), new(5, 1), new(5, 2), new(uint.MaxValue, 0)], points.Order());
    }
}
