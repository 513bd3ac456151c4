namespace ActorCache.Placement.Tests;

public sealed class DistributionTests
{
    [Theory]
    [InlineData("ketama")]
    [InlineData("Ketama")]
    public void A_distribution_is_found_by_its_name_in_any_case(string name)
    {
        Assert.True(Distribution.TryFind(name, out var distribution));
        Assert.Same(Distribution.Ketama, distribution);
    }

    [Theory]
    [InlineData("")]
    [InlineData("ketama ")]
    [InlineData("modulo")]
    public void An_unknown_name_finds_nothing(string name) => Assert.False(Distribution.TryFind(name, out _));

    [Fact]
    public void Every_listed_name_finds_the_distribution_whose_rings_bear_it() =>
        Assert.All(Distribution.Names, name =>
        {
            Assert.True(Distribution.TryFind(name, out var distribution));
            Assert.Equal(name, distribution.Name);
            Assert.Equal(name, distribution.Build(Pools.OfEquals(2)).Distribution);
        });
}
