namespace ActorCache.Placement.Tests;

public sealed class ModuloRingTests
{
    private static readonly Ring Four = Distribution.LibmemcachedModula.Build(Pools.OfEquals(4));

    [Theory]
    [InlineData(0u, 0)]
    [InlineData(7u, 3)]
    [InlineData(uint.MaxValue, 3)]
    public void A_key_belongs_to_its_hash_modulo_the_number_of_servers(uint hash, int owner) => Assert.Equal(owner, Four.Owner(new KeyPlace(hash, default)));

    [Fact]
    public void The_next_of_the_list_that_lives_stands_in()
    {
        Assert.Equal([3, 0, 1, 2], Four.SuccessorList(new KeyPlace(3, default)));
        Assert.Equal(1, Four.ServeWith(ServerSet.None(4).With(1).With(2)).ServerFor(3));
    }
}
