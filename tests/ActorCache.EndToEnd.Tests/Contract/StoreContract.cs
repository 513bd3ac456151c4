namespace ActorCache.EndToEnd.Tests.Contract;

/// <summary>Stores that ask for a condition, and deletes: every outcome they have.</summary>
public abstract class StoreContract(PoolFixture on)
{
    private IActorCache Cache => on.Cache;

    [Fact]
    public async Task Add_stores_what_is_absent_and_nothing_else()
    {
        var key = on.NewKey();
        Assert.Equal(CacheOutcome.Stored, await Store(key, "first", StoreMode.Add));
        Assert.Equal(CacheOutcome.NotStored, await Store(key, "second", StoreMode.Add));
        Assert.Equal("first", await Read(key));
    }

    [Fact]
    public async Task Replace_stores_over_what_is_there_and_nothing_else()
    {
        var key = on.NewKey();
        Assert.Equal(CacheOutcome.NotStored, await Store(key, "first", StoreMode.Replace));
        Assert.Null(await Read(key));
        await Cache.SetAsync(key, "second");
        Assert.Equal(CacheOutcome.Stored, await Store(key, "third", StoreMode.Replace));
        Assert.Equal("third", await Read(key));
    }

    [Fact]
    public async Task Append_and_prepend_put_bytes_around_what_is_there_and_nothing_else()
    {
        var key = on.NewKey();
        Assert.Equal(CacheOutcome.NotStored, await Store(key, "x", StoreMode.Append));
        Assert.Equal(CacheOutcome.NotStored, await Store(key, "x", StoreMode.Prepend));
        Assert.Null(await Read(key));

        await Cache.SetAsync(key, "middle");
        Assert.Equal(CacheOutcome.Stored, await Store(key, " end", StoreMode.Append));
        Assert.Equal(CacheOutcome.Stored, await Store(key, "start ", StoreMode.Prepend));
        Assert.Equal("start middle end", await Read(key));
    }

    [Fact]
    public async Task Append_leaves_the_items_own_time_to_live()
    {
        var key = on.NewKey();
        await Cache.SetAsync(key, "a", TimeSpan.FromSeconds(1000));
        await Cache.StoreAsync(key, "b", new StoreOptions { Mode = StoreMode.Append, Ttl = TimeSpan.FromSeconds(5000) });
        Assert.InRange((await on.SecondsLeftAsync(key))!.Value, 900, 1000);
    }

    [Fact]
    public async Task A_swap_stores_only_while_the_version_is_the_one_that_was_read()
    {
        var key = on.NewKey();
        await Cache.SetAsync(key, "first");
        var version = (await Cache.GetAsync<string>(key)).Cas;

        Assert.Equal(CacheOutcome.Stored, (await Cache.StoreAsync(key, "second", new StoreOptions { Cas = version })).Outcome);
        Assert.Equal(CacheOutcome.Exists, (await Cache.StoreAsync(key, "third", new StoreOptions { Cas = version })).Outcome);
        Assert.Equal("second", await Read(key));

        await Cache.DeleteAsync(key);
        Assert.Equal(CacheOutcome.NotFound, (await Cache.StoreAsync(key, "fourth", new StoreOptions { Cas = version })).Outcome);
        Assert.Null(await Read(key));
    }

    [Fact]
    public async Task Of_many_swaps_of_one_version_one_stores()
    {
        var key = on.NewKey();
        await Cache.SetAsync(key, 0);
        var version = (await Cache.GetAsync<int>(key)).Cas;
        var swaps = await Task.WhenAll(Enumerable.Range(1, 32)
            .Select(n => Cache.StoreAsync(key, n, new StoreOptions { Cas = version }).AsTask())).Patiently();
        Assert.Single(swaps, swap => swap.Outcome == CacheOutcome.Stored);
        Assert.Equal(31, swaps.Count(swap => swap.Outcome == CacheOutcome.Exists));
    }

    [Theory]
    [InlineData(StoreMode.Set, "second")]
    [InlineData(StoreMode.Replace, "second")]
    [InlineData(StoreMode.Append, "firstsecond")]
    [InlineData(StoreMode.Prepend, "secondfirst")]
    public async Task A_swap_in_another_mode_is_done_where_the_dialect_has_it_and_is_NotSupported_where_it_has_not(StoreMode mode, string value)
    {
        var key = on.NewKey();
        await Cache.SetAsync(key, "first");
        var version = (await Cache.GetAsync<string>(key)).Cas;
        var isSupported = on.Spoken != Dialect.Classic || mode is StoreMode.Set or StoreMode.Replace;

        var stored = await Cache.StoreAsync(key, "second", new StoreOptions { Mode = mode, Cas = version });
        Assert.Equal(new StoreResult(isSupported ? CacheOutcome.Stored : CacheOutcome.NotSupported, on.ServerOf(key), MayHaveBeenApplied: false), stored);
        Assert.Equal(isSupported ? value : "first", await Read(key));
    }

    [Fact]
    public async Task A_version_beside_an_Add_stores_nothing_over_what_is_there_in_any_dialect()
    {
        var key = on.NewKey();
        await Cache.SetAsync(key, "first");
        var version = (await Cache.GetAsync<string>(key)).Cas;
        var stored = await Cache.StoreAsync(key, "second", new StoreOptions { Mode = StoreMode.Add, Cas = version });
        Assert.Equal(on.Spoken == Dialect.Meta ? CacheOutcome.NotStored : CacheOutcome.NotSupported, stored.Outcome);
        Assert.Equal("first", await Read(key));
    }

    [Fact]
    public async Task A_plain_store_is_a_set()
    {
        var key = on.NewKey();
        Assert.Equal(CacheOutcome.Stored, (await Cache.StoreAsync(key, "value", new StoreOptions())).Outcome);
        Assert.Equal("value", await Read(key));
    }

    [Fact]
    public async Task Delete_says_whether_there_was_something_to_delete()
    {
        var key = on.NewKey();
        Assert.Equal(CacheOutcome.NotFound, (await Cache.DeleteAsync(key)).Outcome);
        await Cache.SetAsync(key, "value");
        var deleted = await Cache.DeleteAsync(key);
        Assert.Equal(CacheOutcome.Stored, deleted.Outcome);
        Assert.Equal(on.ServerOf(key), deleted.Server);
        Assert.False(deleted.MayHaveBeenApplied);
        Assert.Null(await Read(key));
        Assert.Equal(CacheOutcome.NotFound, (await Cache.DeleteAsync(key)).Outcome);
    }

    [Theory]
    [InlineData(StoreMode.Set)]
    [InlineData(StoreMode.Add)]
    public async Task A_too_large_value_is_TooLarge_in_every_mode_that_stores_it_alone(StoreMode mode)
    {
        var key = on.NewKey();
        Assert.Equal(CacheOutcome.TooLarge, (await Cache.StoreAsync(key, new byte[2 << 20], new StoreOptions { Mode = mode })).Outcome);
        Assert.Null(await Read(key));
    }

    private async Task<CacheOutcome> Store(string key, string value, StoreMode mode) =>
        (await Cache.StoreAsync(key, value, new StoreOptions { Mode = mode })).Outcome;

    private async Task<string?> Read(string key) => (await Cache.GetAsync<string>(key)).Value;
}

public sealed class StoresOnEmbedded(OnEmbedded on) : StoreContract(on), IClassFixture<OnEmbedded>;

public sealed class StoresOnMemcached(OnMemcached on) : StoreContract(on), IClassFixture<OnMemcached>;

public sealed class StoresOnClassicEmbedded(OnClassicEmbedded on) : StoreContract(on), IClassFixture<OnClassicEmbedded>;

public sealed class StoresOnClassicMemcached(OnClassicMemcached on) : StoreContract(on), IClassFixture<OnClassicMemcached>;

public sealed class StoresOnBinaryMemcached(OnBinaryMemcached on) : StoreContract(on), IClassFixture<OnBinaryMemcached>;

public sealed class StoresOnTwemproxy(OnTwemproxy on) : StoreContract(on), IClassFixture<OnTwemproxy>;
