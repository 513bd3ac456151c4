namespace ActorCache.Placement.Tests;

public sealed class TopologyChangeTests
{
    private static readonly ServerAddress[] Some = [ServerAddress.Parse("a")];

    [Fact]
    public void It_is_empty_only_without_additions_removals_and_new_weights()
    {
        Assert.True(new TopologyChange([], [], []).IsEmpty);
        Assert.False(new TopologyChange(Some, [], []).IsEmpty);
        Assert.False(new TopologyChange([], Some, []).IsEmpty);
        Assert.False(new TopologyChange([], [], Some).IsEmpty);
    }
}
