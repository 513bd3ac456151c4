using ActorCache.EmbeddedServer.Storage;

namespace ActorCache.EmbeddedServer.Tests.Storage;

public sealed class SlabClassTests
{
    // From `memcached -vv`: the chunk sizes it starts with.
    [Theory]
    [InlineData(60, 1)]
    [InlineData(96, 1)]
    [InlineData(97, 2)]
    [InlineData(120, 2)]
    [InlineData(152, 3)]
    [InlineData(192, 4)]
    [InlineData(1184, 12)]
    [InlineData(524288, 39)]
    [InlineData(1048576, 39)]
    public void An_item_falls_into_the_class_memcached_puts_it_in(int size, int slabClass) => Assert.Equal(slabClass, SlabClass.Of(size));
}
