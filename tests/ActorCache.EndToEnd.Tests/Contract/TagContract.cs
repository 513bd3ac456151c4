using System.Buffers;
using ActorCache.EndToEnd.Tests.Creation;

namespace ActorCache.EndToEnd.Tests.Contract;

/// <summary>Tags: values that are invalidated together, wherever they are.</summary>
public abstract class TagContract(PoolFixture on)
{
    private IActorCache Cache => on.Cache;

    [Fact]
    public async Task A_tagged_value_reads_back_through_every_read()
    {
        var (key, tag) = (on.NewKey(), on.NewKey());
        foreach (var value in new[] { "value", "" })
        {
            Assert.Equal(CacheOutcome.Stored, (await Store(key, value, tag, "other")).Outcome);
            var raw = new ArrayBufferWriter<byte>();
            var read = await Cache.GetAsync<string>(key);
            Assert.Equal((CacheOutcome.Hit, value), (read.Outcome, read.Value));
            Assert.NotEqual(0ul, read.Cas);
            Assert.Equal(value, (await Cache.GetAndTouchAsync<string>(key, TimeSpan.FromMinutes(1))).Value);
            Assert.Equal(value, (await Cache.GetManyAsync<string>([key]))[key].Value);
            Assert.Equal(value.Length, (await Cache.GetRawAsync(key, raw)).Value);
            Assert.Equal(value.Length, raw.WrittenCount);
            Assert.Equal((CacheOutcome.Hit, value), Pair(await Cache.GetOrCreateAsync(key, _ => ValueTask.FromResult("other"))));
        }
        Assert.Equal(CacheOutcome.Stored, (await Cache.StoreAsync(key, 42, new StoreOptions { Tags = [tag] })).Outcome);
        Assert.Equal(42, (await Cache.GetAsync<int>(key)).Value);
    }

    [Fact]
    public async Task Invalidating_a_tag_takes_along_what_was_stored_with_it_and_nothing_else()
    {
        var (first, second) = (on.NewKey(), on.NewKey());
        var keys = Enumerable.Range(0, 30).Select(_ => on.NewKey()).ToList();
        foreach (var (n, key) in keys.Index()) await Store(key, $"{n}", n % 3 == 0 ? [first] : n % 3 == 1 ? [second] : [first, second]);
        Assert.All((await Cache.GetManyAsync<string>(keys)).Values, read => Assert.True(read.IsHit));

        Assert.Equal(CacheOutcome.Stored, (await Cache.InvalidateTagAsync(first)).Outcome);
        foreach (var (n, key) in keys.Index())
        {
            var read = await Cache.GetAsync<string>(key);
            Assert.Equal(n % 3 == 1 ? (CacheOutcome.Hit, $"{n}") : (CacheOutcome.Miss, null), (read.Outcome, read.Value));
        }
        var raw = new ArrayBufferWriter<byte>();
        var missed = await Cache.GetRawAsync(keys[0], raw);
        Assert.Equal((CacheOutcome.Miss, 0L, 0), (missed.Outcome, missed.Value, raw.WrittenCount));

        var both = await Cache.InvalidateTagsAsync([first, second, first]);
        Assert.Equal([CacheOutcome.Stored, CacheOutcome.Stored], both.Values.Select(one => one.Outcome));
        Assert.All((await Cache.GetManyAsync<string>(keys)).Values, read => Assert.Equal(CacheOutcome.Miss, read.Outcome));
        await Store(keys[0], "again", first);
        Assert.Equal("again", (await Cache.GetAsync<string>(keys[0])).Value);
    }

    [Fact]
    public async Task A_tag_whose_generation_is_lost_reads_as_invalidated()
    {
        var (key, tag) = (on.NewKey(), on.NewKey());
        await Store(key, "value", tag);
        Assert.Equal(CacheOutcome.Stored, (await Cache.DeleteAsync($"~{tag}")).Outcome);
        Assert.Equal(CacheOutcome.Miss, (await Cache.GetAsync<string>(key)).Outcome);
        await Store(on.NewKey(), "begins it anew", tag);
        Assert.Equal(CacheOutcome.Miss, (await Cache.GetAsync<string>(key)).Outcome);
    }

    [Fact]
    public async Task What_is_created_with_a_tag_is_created_anew_after_it_and_by_one()
    {
        var (key, tag) = (on.NewKey(), on.NewKey());
        var options = new GetOrCreateOptions { Tags = [tag] };
        Assert.Equal((CacheOutcome.Stored, "old"), Pair(await Cache.GetOrCreateAsync(key, _ => ValueTask.FromResult("old"), options)));
        Assert.Equal((CacheOutcome.Hit, "old"), Pair(await Cache.GetOrCreateAsync(key, _ => ValueTask.FromResult("no"), options)));
        await Cache.InvalidateTagAsync(tag);
        var creator = new GatedCreator<string>("new");
        var callers = Enumerable.Range(0, 20).Select(_ => Cache.GetOrCreateAsync(key, creator.RunAsync, options).AsTask()).ToList();
        await creator.Begun;
        creator.Open();
        Assert.All(await Task.WhenAll(callers).Patiently(), result => Assert.Equal("new", result.Value));
        Assert.Equal(1, creator.Runs);
    }

    [Fact]
    public async Task A_tag_that_is_invalidated_during_a_creation_takes_the_value_along()
    {
        var (key, tag) = (on.NewKey(), on.NewKey());
        var creator = new GatedCreator<string>("old");
        var caller = Cache.GetOrCreateAsync(key, creator.RunAsync, new GetOrCreateOptions { Tags = [tag] }).AsTask();
        await creator.Begun;
        await Cache.InvalidateTagAsync(tag);
        creator.Open();
        Assert.Equal("old", (await caller.Patiently()).Value);
        Assert.Equal(CacheOutcome.Miss, (await Cache.GetAsync<string>(key)).Outcome);
        Assert.Equal("new", (await Cache.GetOrCreateAsync(key, _ => ValueTask.FromResult("new"))).Value);
    }

    [Fact]
    public async Task A_result_that_is_no_value_has_its_tags_too()
    {
        var (key, tag) = (on.NewKey(), on.NewKey());
        var options = new GetOrCreateOptions { Tags = [tag], NegativeTtl = TimeSpan.FromMinutes(1) };
        Assert.False((await Cache.GetOrCreateAsync<string?>(key, _ => ValueTask.FromResult<string?>(null), options)).HasValue);
        Assert.False((await Cache.GetOrCreateAsync<string?>(key, _ => ValueTask.FromResult<string?>("not asked"), options)).HasValue);
        await Cache.InvalidateTagAsync(tag);
        Assert.Equal("now", (await Cache.GetOrCreateAsync<string?>(key, _ => ValueTask.FromResult<string?>("now"), options)).Value);
    }

    [Fact]
    public async Task A_namespaces_tags_are_its_own()
    {
        var (tag, users, others) = (on.NewKey(), on.Cache.Namespace(on.NewKey()), on.Cache.Namespace(on.NewKey()));
        foreach (var cache in (IActorCache[])[Cache, users, others]) await cache.StoreAsync(tag, "value", new StoreOptions { Tags = [tag] });
        Assert.Equal(CacheOutcome.Stored, (await users.InvalidateTagAsync(tag)).Outcome);
        Assert.Equal(CacheOutcome.Miss, (await users.GetAsync<string>(tag)).Outcome);
        Assert.True((await others.GetAsync<string>(tag)).IsHit);
        Assert.True((await Cache.GetAsync<string>(tag)).IsHit);
        await others.InvalidateTagsAsync([tag]);
        Assert.False((await others.GetAsync<string>(tag)).IsHit);
        Assert.True((await Cache.GetAsync<string>(tag)).IsHit);
    }

    [Fact]
    public async Task What_was_prepended_to_or_written_over_a_tagged_value_is_never_taken_for_one()
    {
        var (key, tag) = (on.NewKey(), on.NewKey());
        await Store(key, "value", tag);
        await Cache.StoreAsync(key, " more", new StoreOptions { Mode = StoreMode.Append });
        Assert.Equal("value more", (await Cache.GetAsync<string>(key)).Value);
        await Cache.StoreAsync(key, "before ", new StoreOptions { Mode = StoreMode.Prepend });
        Assert.Equal(CacheOutcome.Miss, (await Cache.GetAsync<string>(key)).Outcome);
        Assert.Equal("new", (await Cache.GetOrCreateAsync(key, _ => ValueTask.FromResult("new")).Patiently()).Value);
    }

    [Fact]
    public async Task Wrong_tags_throw_before_anything_is_sent()
    {
        foreach (var tags in (string[][])[["a b"], [""], ["a~b"], [new string('t', 101)], [.. Enumerable.Range(0, 17).Select(n => $"{n}")]])
        {
            await Assert.ThrowsAsync<ArgumentException>("options", async () => await Store("key", "value", tags));
            await Assert.ThrowsAsync<ArgumentException>("options", async () => await Cache.GetOrCreateAsync("key", _ => ValueTask.FromResult("x"), new GetOrCreateOptions { Tags = tags }));
        }
        await Assert.ThrowsAsync<ArgumentException>("options", async () => await Cache.StoreAsync("key", "x", new StoreOptions { Tags = ["t"], Mode = StoreMode.Append }));
        await Assert.ThrowsAsync<ArgumentException>("tag", async () => await Cache.InvalidateTagAsync("a b"));
        await Assert.ThrowsAsync<ArgumentNullException>("tag", async () => await Cache.InvalidateTagAsync(null!));
        await Assert.ThrowsAsync<ArgumentException>("tags", async () => await Cache.InvalidateTagsAsync(["a", "a b"]));
        var longNamed = on.Cache.Namespace(new string('n', 200));
        await Assert.ThrowsAsync<ArgumentException>("tag", async () => await longNamed.InvalidateTagAsync(new string('t', 49)));
        await Assert.ThrowsAsync<ArgumentException>("tag", async () => await longNamed.StoreAsync("key", "x", new StoreOptions { Tags = [new string('t', 49)] }));
        await Assert.ThrowsAsync<ArgumentException>("key", async () => await Store("a b", "value", "t"));
    }

    private ValueTask<StoreResult> Store(string key, string value, params string[] tags) => Cache.StoreAsync(key, value, new StoreOptions { Tags = tags });

    private static (CacheOutcome, T?) Pair<T>(CacheResult<T> result) => (result.Outcome, result.Value);
}

public sealed class TagsOnEmbedded(OnEmbedded on) : TagContract(on), IClassFixture<OnEmbedded>;

public sealed class TagsOnMemcached(OnMemcached on) : TagContract(on), IClassFixture<OnMemcached>;

public sealed class TagsOnClassicEmbedded(OnClassicEmbedded on) : TagContract(on), IClassFixture<OnClassicEmbedded>;

public sealed class TagsOnClassicMemcached(OnClassicMemcached on) : TagContract(on), IClassFixture<OnClassicMemcached>;

public sealed class TagsOnBinaryMemcached(OnBinaryMemcached on) : TagContract(on), IClassFixture<OnBinaryMemcached>;

public sealed class TagsOnTwemproxy(OnTwemproxy on) : TagContract(on), IClassFixture<OnTwemproxy>;
