using ActorCache.EndToEnd.Tests.Contract;

namespace ActorCache.EndToEnd.Tests.BadInput;

/// <summary>Flags are whatever somebody has stored beside a value: they are read or refused, to their caller, and never break more than that.</summary>
public abstract class FlagInput(PoolFixture on)
{
    [Theory]
    [InlineData(0u, null)]
    [InlineData(1u, null)]
    [InlineData(0xffffu, null)]
    [InlineData(0x0001_0000u, "is said to be compressed by Deflate")]
    [InlineData(0x0002_0000u, "is said to be compressed by Brotli")]
    [InlineData(0x0003_0000u, "the compressor 3")]
    [InlineData(0x0010_0000u, "the serializer 1")]
    [InlineData(0x00f0_0000u, "the serializer 15")]
    [InlineData(0x8000_0000u, "0x80000000")]
    [InlineData(uint.MaxValue, "")]
    public async Task A_value_of_any_flags_is_read_or_refused_to_its_caller(uint flags, string? fault)
    {
        var key = on.NewKey();
        // Two lines in one: the second is the value.
        Assert.Equal("STORED", await TextConnection.AskAsync(on.ServerOf(key), $"set {key} {flags} 0 4\r\ntext"));
        if (fault is null)
        {
            Assert.Equal("text", (await on.Cache.GetAsync<string>(key)).Value);
        }
        else if (fault.Length > 0)
        {
            var refused = await Assert.ThrowsAsync<CacheValueException>(() => on.Cache.GetAsync<string>(key).AsTask());
            Assert.Contains(fault, refused.Message, StringComparison.Ordinal);
            await Assert.ThrowsAsync<CacheValueException>(() => on.Cache.GetManyAsync<string>([key, on.NewKey()]).AsTask());
        }
        else
        {
            // It says, among all else, that it lies in parts, and is no manifest.
            Assert.Equal(CacheOutcome.Miss, (await on.Cache.GetAsync<string>(key)).Outcome);
        }
        Assert.True((await on.Cache.SetAsync(key, "newer")).IsStored);
        Assert.Equal("newer", (await on.Cache.GetAsync<string>(key)).Value);
        Assert.DoesNotContain(on.Pool.Log.Events, happened => happened is ServerEvent.Suspected);
    }
}

public sealed class FlagsOnEmbedded(OnEmbedded on) : FlagInput(on), IClassFixture<OnEmbedded>;

public sealed class FlagsOnMemcached(OnMemcached on) : FlagInput(on), IClassFixture<OnMemcached>;
