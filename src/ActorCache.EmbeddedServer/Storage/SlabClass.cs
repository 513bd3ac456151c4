namespace ActorCache.EmbeddedServer.Storage;

/// <summary>
/// The slab class memcached would put an item into, for those who look at <c>me</c>. There are no slabs here: the runtime's heap holds
/// the items, and the memory limit counts their sizes.
/// </summary>
internal static class SlabClass
{
    // -n 48 behind a header of 48, -f 1.25, chunks of 8 bytes, pages cut at 512 KB: memcached's defaults.
    private const long Smallest = 96;
    private const double Factor = 1.25;
    private const long Largest = 512 * 1024;

    public static int Of(long size)
    {
        var slabClass = 1;
        for (var chunk = Smallest; chunk < size && chunk < Largest; slabClass++)
        {
            var next = (long)(chunk * Factor);
            chunk = next > Largest / Factor ? Largest : (next + 7) & ~7L;
        }
        return slabClass;
    }
}
