using System.Text;
using ActorCache.EndToEnd.Tests.Contract;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Time.Testing;

namespace ActorCache.Caching.Tests.Contract;

/// <summary>What IDistributedCache and IBufferDistributedCache promise, and Microsoft's own implementations of them do.</summary>
public abstract class DistributedCacheContract(PoolFixture on, Door door)
{
    private static readonly DistributedCacheEntryOptions ForEver = new();
    private static readonly string[] Odd =
    [
        "", " ", "a key with spaces", "tab\tand\r\nset x 0 0 1\r\n1", "nul\0", "del\x7f", "schlüssel", "鍵", "🔑",
        new string('k', 250), new string('k', 251), new string('é', 125), new string('é', 126), new string('鍵', 5000),
        "\ud83d", "lone \udd11", "a\ud83db", "~tag", "~#0123", "name~", "##", "##0123456789abcdef0123456789abcdef", "\u0085", "\u2028", "{a}:b",
    ];

    private readonly FakeTimeProvider _time = new(DateTimeOffset.UtcNow);

    private ActorCacheDistributedCache Cache => field ??= new ActorCacheDistributedCache(on.Cache, time: _time);

    public static TheoryData<string> OddKeys() => [.. Odd];

    [Fact]
    public async Task A_key_that_was_never_set_is_a_miss() => Assert.Null(await Get(on.NewKey()));

    [Fact]
    public async Task What_is_set_is_read_until_it_is_overwritten_and_until_it_is_removed()
    {
        var key = on.NewKey();
        await Set(key, "first");
        Assert.Equal("first", await Get(key));
        await Set(key, "second, and longer");
        Assert.Equal("second, and longer", await Get(key));
        await door.Remove(Cache, key);
        Assert.Null(await Get(key));
        await door.Remove(Cache, key);
    }

    [Fact]
    public async Task An_empty_value_is_not_a_miss()
    {
        var key = on.NewKey();
        await Set(key, "");
        Assert.Equal("", await Get(key));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(255)]
    [InlineData(10_000)]
    [InlineData(900_000)]
    public async Task Any_bytes_come_back_as_they_were(int length)
    {
        var key = on.NewKey();
        var value = new byte[length];
        new Random(length).NextBytes(value);
        await door.Set(Cache, key, value, ForEver);
        foreach (var other in new[] { nameof(Door.Sync), nameof(Door.Async), nameof(Door.BufferSync), nameof(Door.BufferAsync) })
            Assert.Equal(value, await Door.Named(other).Get(Cache, key));
    }

    [Fact]
    public async Task Keys_that_differ_by_case_are_two()
    {
        var key = on.NewKey();
        await Set($"{key}:a", "value");
        Assert.Null(await Get($"{key}:A"));
    }

    [Theory]
    [MemberData(nameof(OddKeys))]
    public async Task Any_string_is_a_key(string key)
    {
        await Set(key, $"of {key}");
        Assert.Equal($"of {key}", await Get(key));
        await door.Refresh(Cache, key);
        await door.Remove(Cache, key);
        Assert.Null(await Get(key));
    }

    [Fact]
    public async Task No_two_strings_are_one_key()
    {
        var cache = new ActorCacheDistributedCache(on.Cache, new ActorCacheDistributedCacheOptions { KeyPrefix = $"{on.NewKey()}/" });
        foreach (var (n, key) in Odd.Index()) await door.Set(cache, key, [(byte)n], ForEver);
        foreach (var (n, key) in Odd.Index()) Assert.Equal((byte)n, Assert.Single((await door.Get(cache, key))!));
    }

    [Fact]
    public async Task Caches_with_prefixes_do_not_see_each_others_entries()
    {
        var key = on.NewKey();
        var one = new ActorCacheDistributedCache(on.Cache, new ActorCacheDistributedCacheOptions { KeyPrefix = "one:" });
        var two = new ActorCacheDistributedCache(on.Cache, new ActorCacheDistributedCacheOptions { KeyPrefix = "two:" });
        await door.Set(one, key, [1], ForEver);
        await door.Set(two, key, [2], ForEver);
        Assert.Equal(1, Assert.Single((await door.Get(one, key))!));
        Assert.Equal(2, Assert.Single((await door.Get(two, key))!));
        Assert.Null(await Get(key));
        Assert.Equal(CacheOutcome.Hit, (await on.Cache.GetAsync<byte[]>($"one:{key}")).Outcome);
    }

    [Fact]
    public async Task An_entry_in_a_namespace_ends_with_it()
    {
        var name = on.Cache.Namespace(on.NewKey().Replace(':', '-'));
        var cache = new ActorCacheDistributedCache(name);
        foreach (var key in new[] { "key", new string('k', 250) })
        {
            await door.Set(cache, key, [1], ForEver);
            Assert.Equal(1, Assert.Single((await door.Get(cache, key))!));
        }
        await name.InvalidateAsync();
        Assert.Null(await door.Get(cache, "key"));
    }

    // Fails on the caller's stack, before there is a task.
    [Fact]
    public void Arguments_that_are_missing_are_named()
    {
        Assert.Throws<ArgumentNullException>("key", () => door.Get(Cache, null!).IsCompleted);
        Assert.Throws<ArgumentNullException>("key", () => door.Set(Cache, null!, [], ForEver).IsCompleted);
        Assert.Throws<ArgumentNullException>("key", () => door.Refresh(Cache, null!).IsCompleted);
        Assert.Throws<ArgumentNullException>("key", () => door.Remove(Cache, null!).IsCompleted);
        Assert.Throws<ArgumentNullException>("options", () => door.Set(Cache, "key", [], null!).IsCompleted);
        Assert.Throws<ArgumentNullException>("value", () => Cache.Set("key", null!, ForEver));
        Assert.Throws<ArgumentNullException>("value", () => Cache.SetAsync("key", null!, ForEver).IsCompleted);
        Assert.Throws<ArgumentNullException>("destination", () => Cache.TryGet("key", null!));
        Assert.Throws<ArgumentNullException>("destination", () => Cache.TryGetAsync("key", null!).AsTask().IsCompleted);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(-60)]
    public async Task An_expiration_in_the_past_is_refused_by_the_options_name_and_nothing_is_stored(int seconds)
    {
        var key = on.NewKey();
        var past = _time.GetUtcNow().AddSeconds(seconds);
        var refused = Assert.Throws<ArgumentOutOfRangeException>("AbsoluteExpiration",
            () => door.Set(Cache, key, [1], new DistributedCacheEntryOptions { AbsoluteExpiration = past }).IsCompleted);
        Assert.Equal(past, refused.ActualValue);
        Assert.StartsWith("The absolute expiration value must be in the future.", refused.Message, StringComparison.Ordinal);
        Assert.Null(await Get(key));
    }

    [Theory]
    [InlineData(null, null, null, -1, -1)]
    [InlineData(600.0, null, null, 599, 600)]
    [InlineData(1.2, null, null, 1, 2)]
    [InlineData(null, 600.0, null, 599, 600)]
    [InlineData(600.0, 90.0, null, 599, 600)] // relative before absolute, as Microsoft's own have it
    [InlineData(2_592_000.0, null, null, 2_591_998, 2_592_000)]
    [InlineData(86_400_000.0, null, null, 86_399_990, 86_400_003)] // HybridCache's tags: a thousand days
    [InlineData(null, null, 1200.0, 1200, 1201)]
    [InlineData(null, null, 1199.5, 1200, 1201)]
    [InlineData(60.0, null, 1200.0, 60, 61)]
    [InlineData(1200.0, null, 60.0, 60, 61)]
    public async Task The_server_keeps_an_entry_as_long_as_its_options_say(double? relative, double? absolute, double? sliding, long least, long most)
    {
        var key = on.NewKey();
        var options = new DistributedCacheEntryOptions();
        if (relative is { } r) options.AbsoluteExpirationRelativeToNow = TimeSpan.FromSeconds(r);
        if (absolute is { } a) options.AbsoluteExpiration = _time.GetUtcNow().AddSeconds(a);
        if (sliding is { } s) options.SlidingExpiration = TimeSpan.FromSeconds(s);
        await Set(key, "value", options);
        Assert.Equal("value", await Get(key));
        Assert.InRange((await on.SecondsLeftAsync(key))!.Value, least, most);
    }

    [Fact]
    public async Task An_expiration_far_beyond_what_memcached_can_be_told_is_kept()
    {
        DistributedCacheEntryOptions[] far =
        [
            new() { AbsoluteExpiration = new DateTimeOffset(2150, 1, 1, 0, 0, 0, TimeSpan.Zero) },
            new() { AbsoluteExpiration = DateTimeOffset.MaxValue },
            new() { AbsoluteExpirationRelativeToNow = TimeSpan.MaxValue },
            new() { SlidingExpiration = TimeSpan.MaxValue },
            new() { SlidingExpiration = TimeSpan.FromDays(60_000), AbsoluteExpiration = DateTimeOffset.MaxValue },
        ];
        foreach (var options in far)
        {
            var key = on.NewKey();
            await Set(key, "value", options);
            Assert.Equal("value", await Get(key));
            Assert.InRange((await on.SecondsLeftAsync(key))!.Value, 300_000_000, int.MaxValue);
        }
    }

    [Fact]
    public async Task Less_than_a_second_is_not_kept_and_nor_is_what_was_there_before()
    {
        var moment = TimeSpan.FromSeconds(0.25);
        DistributedCacheEntryOptions[] momentary =
        [
            new() { AbsoluteExpiration = _time.GetUtcNow() + moment },
            new() { AbsoluteExpirationRelativeToNow = moment },
            new() { SlidingExpiration = moment },
            new() { SlidingExpiration = moment, AbsoluteExpirationRelativeToNow = TimeSpan.FromHours(1) },
        ];
        foreach (var options in momentary)
        {
            var key = on.NewKey();
            await Set(key, "before");
            await Set(key, "momentary", options);
            Assert.Null(await Get(key));
            Assert.Null(await on.SecondsLeftAsync(key));
        }
    }

    [Fact]
    public async Task A_read_starts_a_sliding_expiration_over()
    {
        var key = on.NewKey();
        await Set(key, "value", new DistributedCacheEntryOptions { SlidingExpiration = TimeSpan.FromSeconds(100) });
        await on.Cache.TouchAsync(key, TimeSpan.FromSeconds(5));
        Assert.Equal("value", await Get(key));
        // The touch is behind the read, and nobody has waited for it.
        await Patience.Until(async () => await on.SecondsLeftAsync(key), left => left > 90);
    }

    [Fact]
    public async Task A_refresh_starts_a_sliding_expiration_over_and_leaves_others_alone()
    {
        var (slides, fixedly, missing) = (on.NewKey(), on.NewKey(), on.NewKey());
        await Set(slides, "value", new DistributedCacheEntryOptions { SlidingExpiration = TimeSpan.FromSeconds(100) });
        await Set(fixedly, "value", new DistributedCacheEntryOptions { AbsoluteExpirationRelativeToNow = TimeSpan.FromSeconds(100) });
        foreach (var key in new[] { slides, fixedly, missing })
        {
            await on.Cache.TouchAsync(key, TimeSpan.FromSeconds(5));
            await door.Refresh(Cache, key);
        }
        Assert.InRange((await on.SecondsLeftAsync(slides))!.Value, 99, 101);
        Assert.InRange((await on.SecondsLeftAsync(fixedly))!.Value, 1, 5);
        Assert.Null(await Get(missing));
    }

    [Fact]
    public async Task A_sliding_expiration_does_not_outlast_the_absolute_one()
    {
        var key = on.NewKey();
        await Set(key, "value", new DistributedCacheEntryOptions { SlidingExpiration = TimeSpan.FromSeconds(100), AbsoluteExpirationRelativeToNow = TimeSpan.FromSeconds(150) });
        _time.Advance(TimeSpan.FromSeconds(90));
        await door.Refresh(Cache, key);
        Assert.InRange((await on.SecondsLeftAsync(key))!.Value, 59, 61);

        _time.Advance(TimeSpan.FromSeconds(59.9));
        Assert.Equal("value", await Get(key));
        _time.Advance(TimeSpan.FromSeconds(0.2));
        Assert.NotNull(await on.SecondsLeftAsync(key)); // the server would have it for a moment longer
        Assert.Null(await Get(key));
        await door.Refresh(Cache, key);
    }

    [Fact]
    public async Task An_entry_that_is_read_all_the_time_is_touched_once_a_second()
    {
        var key = on.NewKey();
        await Set(key, "value", new DistributedCacheEntryOptions { SlidingExpiration = TimeSpan.FromSeconds(100) });
        for (var second = 0; second < 3; second++)
        {
            await on.Cache.TouchAsync(key, TimeSpan.FromSeconds(50));
            Assert.Equal("value", await Get(key));
            await Patience.Until(async () => await on.SecondsLeftAsync(key), left => left > 90);
            _time.Advance(TimeSpan.FromSeconds(0.9));
            await on.Cache.TouchAsync(key, TimeSpan.FromSeconds(50));
            for (var n = 0; n < 50; n++) Assert.Equal("value", await Get(key));
            // A touch would have been sent before the last read, over the same connection.
            Assert.InRange((await on.SecondsLeftAsync(key))!.Value, 1, 50);
            _time.Advance(TimeSpan.FromSeconds(0.1));
        }
    }

    [Fact]
    public async Task What_others_have_stored_under_a_key_is_a_miss_and_is_overwritten()
    {
        object[] foreign = ["text", "", 42, new byte[] { 0xB5 }, new byte[] { 0xB5, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 }, new byte[] { 0xB5, 1, 2, 3 }, Encoding.UTF8.GetBytes(new string('x', 100_000))];
        foreach (var value in foreign)
        {
            var key = on.NewKey();
            Assert.True((await (value switch
            {
                string text => on.Cache.SetAsync(key, text),
                int number => on.Cache.SetAsync(key, number),
                _ => on.Cache.SetAsync(key, (byte[])value),
            })).IsStored);
            Assert.Null(await Get(key));
            await door.Refresh(Cache, key);
            await Set(key, "ours");
            Assert.Equal("ours", await Get(key));
        }
    }

    [Fact]
    public async Task Who_has_given_up_already_is_told_so_and_nothing_is_sent()
    {
        var (key, gone) = (on.NewKey(), new CancellationToken(canceled: true));
        await Set(key, "value", new DistributedCacheEntryOptions { SlidingExpiration = TimeSpan.FromSeconds(50) });
        var bytes = new System.Buffers.ArrayBufferWriter<byte>();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Cache.SetAsync(key, [1], ForEver, gone));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Cache.SetAsync(key, [1], new DistributedCacheEntryOptions { AbsoluteExpirationRelativeToNow = TimeSpan.FromTicks(1) }, gone));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Cache.SetAsync(key, Door.InPieces([1, 2, 3]), ForEver, gone).AsTask());
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Cache.RemoveAsync(key, gone));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Cache.RefreshAsync(key, gone));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Cache.GetAsync(key, gone));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Cache.TryGetAsync(key, bytes, gone).AsTask());
        Assert.Equal(0, bytes.WrittenCount);
        Assert.Equal("value", await Get(key));
    }

    [Fact]
    public async Task A_value_that_is_too_large_throws_and_leaves_nothing_older_behind()
    {
        var key = on.NewKey();
        await Set(key, "before");
        var refused = await Assert.ThrowsAsync<CacheUnavailableException>(() => door.Set(Cache, key, new byte[2_000_000], ForEver));
        Assert.Equal(CacheOutcome.TooLarge, refused.Outcome);
        Assert.Null(await Get(key));
    }

    private async Task<string?> Get(string key) => await door.Get(Cache, key) is { } value ? Encoding.UTF8.GetString(value) : null;

    private Task Set(string key, string value, DistributedCacheEntryOptions? options = null) => door.Set(Cache, key, Encoding.UTF8.GetBytes(value), options ?? ForEver);
}

public sealed class SyncOnMemcached(OnMemcached on) : DistributedCacheContract(on, new Door.Sync()), IClassFixture<OnMemcached>;

public sealed class SyncOnClassicMemcached(OnClassicMemcached on) : DistributedCacheContract(on, new Door.Sync()), IClassFixture<OnClassicMemcached>;

public sealed class AsyncOnMemcached(OnMemcached on) : DistributedCacheContract(on, new Door.Async()), IClassFixture<OnMemcached>;

public sealed class AsyncOnClassicMemcached(OnClassicMemcached on) : DistributedCacheContract(on, new Door.Async()), IClassFixture<OnClassicMemcached>;

public sealed class BufferSyncOnMemcached(OnMemcached on) : DistributedCacheContract(on, new Door.BufferSync()), IClassFixture<OnMemcached>;

public sealed class BufferSyncOnClassicMemcached(OnClassicMemcached on) : DistributedCacheContract(on, new Door.BufferSync()), IClassFixture<OnClassicMemcached>;

public sealed class BufferAsyncOnMemcached(OnMemcached on) : DistributedCacheContract(on, new Door.BufferAsync()), IClassFixture<OnMemcached>;

public sealed class BufferAsyncOnClassicMemcached(OnClassicMemcached on) : DistributedCacheContract(on, new Door.BufferAsync()), IClassFixture<OnClassicMemcached>;
