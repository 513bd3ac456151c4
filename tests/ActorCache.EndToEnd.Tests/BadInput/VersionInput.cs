using ActorCache.EndToEnd.Tests.Contract;

namespace ActorCache.EndToEnd.Tests.BadInput;

/// <summary>Versions that are none, not any more, or of nothing: answers, and an exception only for 0, which no item has.</summary>
public abstract class VersionInput(PoolFixture on)
{
    private IActorCache Cache => on.Cache;

    [Fact]
    public async Task Zero_is_refused_on_the_callers_stack()
    {
        var key = on.NewKey();
        await Cache.SetAsync(key, "value");
        Assert.Throws<ArgumentException>("options", () => { _ = Cache.StoreAsync(key, "other", new StoreOptions { Cas = 0 }).AsTask(); });
        Assert.Equal("value", (await Cache.GetAsync<string>(key)).Value);
    }

    [Theory]
    [InlineData(ulong.MaxValue)]
    [InlineData(1ul << 63)]
    [InlineData(uint.MaxValue + 1ul)]
    public async Task A_version_that_the_item_never_had_is_Exists_and_of_nothing_NotFound(ulong version)
    {
        var key = on.NewKey();
        Assert.Equal(CacheOutcome.NotFound, (await Cache.StoreAsync(key, "other", new StoreOptions { Cas = version })).Outcome);
        Assert.Equal(CacheOutcome.Miss, (await Cache.GetAsync<string>(key)).Outcome);
        await Cache.SetAsync(key, "value");
        var stored = await Cache.StoreAsync(key, "other", new StoreOptions { Cas = version });
        Assert.Equal((CacheOutcome.Exists, false), (stored.Outcome, stored.MayHaveBeenApplied));
        Assert.Equal("value", (await Cache.GetAsync<string>(key)).Value);
    }

    [Fact]
    public async Task A_version_is_stale_as_soon_as_the_item_has_changed_or_gone()
    {
        var key = on.NewKey();
        await Cache.SetAsync(key, "1");
        var version = (await Cache.GetAsync<string>(key)).Cas;
        await Cache.IncrementAsync(key);
        Assert.Equal(CacheOutcome.Exists, (await Cache.StoreAsync(key, "other", new StoreOptions { Cas = version })).Outcome);
        await Cache.DeleteAsync(key);
        Assert.Equal(CacheOutcome.NotFound, (await Cache.StoreAsync(key, "other", new StoreOptions { Cas = version })).Outcome);
    }
}

public sealed class VersionInputOnEmbedded(OnEmbedded on) : VersionInput(on), IClassFixture<OnEmbedded>;

public sealed class VersionInputOnMemcached(OnMemcached on) : VersionInput(on), IClassFixture<OnMemcached>;

public sealed class VersionInputOnClassicMemcached(OnClassicMemcached on) : VersionInput(on), IClassFixture<OnClassicMemcached>;

public sealed class VersionInputOnBinaryMemcached(OnBinaryMemcached on) : VersionInput(on), IClassFixture<OnBinaryMemcached>;
