using System.Text;
using ActorCache.EndToEnd.Tests.Contract;
using ActorCache.OutputCaching;

namespace ActorCache.Caching.Tests.Contract;

/// <summary>What IOutputCacheStore and IOutputCacheBufferStore promise.</summary>
public abstract class OutputCacheStoreContract(PoolFixture on, OutputCacheDoor door)
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private ActorCacheOutputCacheStore Store => field ??= new ActorCacheOutputCacheStore(on.Cache);

    public static TheoryData<string> OddTexts() => ["", " ", "GET\u001eHTTP\u001eHOST/\u001fpath", "ü", "鍵~", "~", "~#", "##", new string('t', 100), new string('t', 101), new string('é', 2000), "\ud83d"];

    [Fact]
    public async Task A_key_that_was_never_set_has_no_entry() => Assert.Null(await Get(on.NewKey()));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1017)]
    [InlineData(500_000)]
    public async Task Any_bytes_come_back_as_they_were_with_tags_and_without(int length)
    {
        var value = new byte[length];
        new Random(length).NextBytes(value);
        foreach (var tags in new[] { null, [], ["a"], Enumerable.Range(0, 16).Select(n => $"{n}").ToArray(), Enumerable.Range(0, 40).Select(n => $"{n}").ToArray() })
        {
            var key = on.NewKey();
            await door.Set(Store, key, value, tags, Minute);
            Assert.Equal(value, await new OutputCacheDoor.Bytes().Get(Store, key));
            Assert.Equal(value, await new OutputCacheDoor.Buffers().Get(Store, key));
        }
    }

    [Fact]
    public async Task An_entry_is_overwritten_tags_and_all()
    {
        var (key, old, young) = (on.NewKey(), on.NewKey(), on.NewKey());
        string[] many = [.. Enumerable.Range(0, 40).Select(n => $"{old}:{n}")];
        await Set(key, "first", many);
        await Set(key, "second", [young]);
        foreach (var tag in many.Take(3)) await Store.EvictByTagAsync(tag, default);
        Assert.Equal("second", await Get(key));
        await Store.EvictByTagAsync(young, default);
        Assert.Null(await Get(key));
    }

    [Fact]
    public async Task An_eviction_takes_what_has_the_tag_and_nothing_else_however_often()
    {
        var (foo, bar) = (on.NewKey(), on.NewKey());
        var (none, first, second, both) = (on.NewKey(), on.NewKey(), on.NewKey(), on.NewKey());
        await Set(none, "none", null);
        await Set(first, "first", [foo]);
        await Set(second, "second", [bar]);
        await Set(both, "both", [foo, bar, foo]);
        for (var time = 0; time < 2; time++)
        {
            await Store.EvictByTagAsync(foo, default);
            Assert.Equal(("none", null, "second", null), (await Get(none), await Get(first), await Get(second), await Get(both)));
        }
        await Set(both, "again", [foo, bar]);
        Assert.Equal("again", await Get(both));
        await Store.EvictByTagAsync(bar, default);
        Assert.Equal(("none", null, null, null), (await Get(none), await Get(first), await Get(second), await Get(both)));
    }

    [Theory]
    [InlineData(16)]
    [InlineData(17)]
    [InlineData(33)]
    [InlineData(100)]
    public async Task Each_of_an_entrys_tags_evicts_it_however_many_there_are(int count)
    {
        var key = on.NewKey();
        string[] tags = [.. Enumerable.Range(0, count).Select(n => $"{key}:{n}")];
        foreach (var tag in new[] { tags[0], tags[^1], tags[count / 2] })
        {
            await Set(key, "entry", tags);
            Assert.Equal("entry", await Get(key));
            await Store.EvictByTagAsync($"{key}:{count}", default);
            Assert.Equal("entry", await Get(key));
            await Store.EvictByTagAsync(tag, default);
            Assert.Null(await Get(key));
        }
    }

    [Fact]
    public async Task Two_that_store_an_entry_with_many_tags_at_once_leave_one_that_every_tag_of_it_evicts()
    {
        var key = on.NewKey();
        string[][] sets = [.. Enumerable.Range(0, 4).Select(writer => Enumerable.Range(0, 30).Select(n => $"{key}:{writer}:{n}").ToArray())];
        for (var round = 0; round < 5; round++)
        {
            await Task.WhenAll(sets.Select((tags, writer) => Set(key, $"{writer}", tags)));
            var winner = int.Parse((await Get(key))!, System.Globalization.CultureInfo.InvariantCulture);
            foreach (var (writer, tags) in sets.Index())
            {
                if (writer != winner) await Store.EvictByTagAsync(tags[29], default);
            }
            Assert.Equal($"{winner}", await Get(key));
            await Store.EvictByTagAsync(sets[winner][29], default);
            Assert.Null(await Get(key));
        }
    }

    [Theory]
    [MemberData(nameof(OddTexts))]
    public async Task Any_string_is_a_key_and_a_tag(string text)
    {
        await Set(text, $"of {text}", [text]);
        Assert.Equal($"of {text}", await Get(text));
        await Store.EvictByTagAsync(text, default);
        Assert.Null(await Get(text));
    }

    [Fact]
    public async Task The_server_keeps_an_entry_for_its_time_and_less_than_a_second_not_at_all()
    {
        var (key, moment) = (on.NewKey(), on.NewKey());
        await door.Set(Store, key, [1], null, TimeSpan.FromSeconds(29.5));
        Assert.InRange((await on.SecondsLeftAsync($"output:{key}"))!.Value, 28, 30);
        await Set(moment, "before", null);
        await door.Set(Store, moment, [1], null, TimeSpan.FromSeconds(0.2));
        Assert.Null(await Get(moment));
    }

    [Fact]
    public void Arguments_that_are_wrong_are_named_before_anything_is_sent()
    {
        Assert.Throws<ArgumentNullException>("key", () => door.Get(Store, null!).IsCompleted);
        Assert.Throws<ArgumentNullException>("key", () => door.Set(Store, null!, [], null, Minute).AsTask().IsCompleted);
        Assert.Throws<ArgumentNullException>("value", () => Store.SetAsync("key", (byte[])null!, null, Minute, default).AsTask().IsCompleted);
        Assert.Throws<ArgumentNullException>("destination", () => Store.TryGetAsync("key", null!, default).AsTask().IsCompleted);
        Assert.Throws<ArgumentNullException>("tag", () => Store.EvictByTagAsync(null!, default).AsTask().IsCompleted);
        Assert.Throws<ArgumentOutOfRangeException>("validFor", () => door.Set(Store, "key", [], null, TimeSpan.Zero).AsTask().IsCompleted);
        Assert.Throws<ArgumentOutOfRangeException>("validFor", () => door.Set(Store, "key", [], null, -Minute).AsTask().IsCompleted);
    }

    [Fact]
    public async Task Who_has_given_up_already_is_told_so_and_nothing_is_sent()
    {
        var (key, gone) = (on.NewKey(), new CancellationToken(canceled: true));
        await Set(key, "entry", [key]);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => door.Get(Store, key, gone));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => door.Set(Store, key, [1], [key], Minute, gone).AsTask());
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Store.EvictByTagAsync(key, gone).AsTask());
        Assert.Equal("entry", await Get(key));
    }

    [Fact]
    public async Task What_others_have_stored_under_a_key_is_no_entry()
    {
        foreach (var foreign in new[] { "", "text", "\u00b7" })
        {
            var key = on.NewKey();
            await on.Cache.SetAsync($"output:{key}", foreign);
            Assert.Null(await Get(key));
            await on.Cache.SetAsync($"output:{key}", new byte[] { 0xB7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 });
            Assert.Null(await Get(key));
            await on.Cache.SetAsync($"output:{key}", new byte[] { 0xB7, 0, 1 });
            Assert.Null(await Get(key));
        }
    }

    [Fact]
    public async Task What_no_server_takes_is_dropped_with_the_entry_before_it()
    {
        var key = on.NewKey();
        await Set(key, "before", null);
        await door.Set(Store, key, new byte[2_000_000], null, Minute);
        Assert.Null(await Get(key));
    }

    private async Task<string?> Get(string key) => await door.Get(Store, key) is { } value ? Encoding.UTF8.GetString(value) : null;

    private async Task Set(string key, string value, string[]? tags) => await door.Set(Store, key, Encoding.UTF8.GetBytes(value), tags, Minute);
}

public sealed class OutputCacheOnMemcached(OnMemcached on) : OutputCacheStoreContract(on, new OutputCacheDoor.Bytes()), IClassFixture<OnMemcached>;

public sealed class OutputCacheOnClassicMemcached(OnClassicMemcached on) : OutputCacheStoreContract(on, new OutputCacheDoor.Bytes()), IClassFixture<OnClassicMemcached>;

public sealed class OutputCacheBufferOnMemcached(OnMemcached on) : OutputCacheStoreContract(on, new OutputCacheDoor.Buffers()), IClassFixture<OnMemcached>;

public sealed class OutputCacheBufferOnClassicMemcached(OnClassicMemcached on) : OutputCacheStoreContract(on, new OutputCacheDoor.Buffers()), IClassFixture<OnClassicMemcached>;
