using System.Globalization;
using System.Text;
using ActorCache.EmbeddedServer.Statistics;
using ActorCache.EmbeddedServer.Storage;
using CsCheck;
using Microsoft.Extensions.Time.Testing;

namespace ActorCache.EmbeddedServer.Tests.Storage;

public sealed class ItemStoreTests
{
    private const int MaxItem = 1 << 20;
    private readonly FakeTimeProvider _time = new();
    private readonly ServerStatistics _statistics = new();

    [Fact]
    public void An_item_lives_exactly_as_many_seconds_as_it_was_given()
    {
        var (store, clock) = New();
        Set(store, "k", "x", clock.Expiry(10));
        _time.Advance(TimeSpan.FromSeconds(9.9));
        Assert.NotNull(Find(store, "k"));
        _time.Advance(TimeSpan.FromSeconds(0.1));
        Assert.Null(Find(store, "k"));
        Assert.Equal((0, 0L, 1L), (store.Count, store.Bytes, _statistics.GetExpired));
    }

    [Fact]
    public void Nothing_and_zero_seconds_is_for_ever()
    {
        var (store, clock) = New();
        Set(store, "k", "x", clock.Expiry(0));
        _time.Advance(TimeSpan.FromDays(3650));
        Assert.NotNull(Find(store, "k"));
    }

    [Fact]
    public void Memory_never_exceeds_its_limit_and_the_least_recently_used_goes_first()
    {
        var size = Item.SizeOf(2, 10, 0);
        var (store, _) = New(memoryLimit: 10 * size);
        for (var i = 10; i < 20; i++)
        {
            Set(store, $"{i}", "0123456789");
        }
        Assert.Equal((10, 10 * size, 0L), (store.Count, store.Bytes, _statistics.Evictions));

        store.Fetched(Find(store, "10")!);
        Set(store, "20", "0123456789");
        Assert.NotNull(Find(store, "10"));
        Assert.Null(Find(store, "11"));
        Assert.Equal((10, 10 * size, 1L), (store.Count, store.Bytes, _statistics.Evictions));

        // A value that grows pushes others out as well.
        Set(store, "20", new string('x', 10 + (int)(3 * size)));
        Assert.Equal((7, 10 * size, 4L), (store.Count, store.Bytes, _statistics.Evictions));
        Assert.NotNull(Find(store, "20"));
    }

    [Fact]
    public void What_has_expired_goes_before_what_lives()
    {
        var size = Item.SizeOf(2, 10, 0);
        var (store, clock) = New(memoryLimit: 3 * size);
        Set(store, "k1", "0123456789");
        Set(store, "k2", "0123456789", clock.Expiry(5));
        Set(store, "k3", "0123456789");
        _time.Advance(TimeSpan.FromSeconds(5));
        Set(store, "k4", "0123456789");
        Assert.NotNull(Find(store, "k1"));
        Assert.Null(Find(store, "k2"));
        Assert.Equal((0L, 1L), (_statistics.Evictions, _statistics.Reclaimed));
    }

    [Fact]
    public void Lowering_the_limit_makes_room_at_once()
    {
        var size = Item.SizeOf(2, 10, 0);
        var (store, _) = New(memoryLimit: 10 * size);
        for (var i = 10; i < 20; i++)
        {
            Set(store, $"{i}", "0123456789");
        }
        store.ChangeMemoryLimit(3 * size);
        Assert.Equal((3, 3 * size), (store.Count, store.Bytes));
        Assert.NotNull(Find(store, "19"));
    }

    [Fact]
    public void An_item_larger_than_the_memory_or_the_item_limit_is_not_accepted()
    {
        var (store, _) = New(memoryLimit: 1000);
        Assert.True(store.Accepts(1, MaxItem - 60, 0));
        Assert.False(store.Accepts(1, MaxItem - 60, 1));
        Assert.False(store.Accepts(1, MaxItem - 59, 0));
        Assert.True(store.HasRoomFor(1, 940, 0));
        Assert.False(store.HasRoomFor(1, 941, 0));
    }

    [Fact]
    public void An_append_that_grows_too_large_is_not_stored_and_leaves_the_value()
    {
        var (store, _) = New(memoryLimit: 1000);
        Set(store, "k", new string('x', 900));
        Assert.Equal(StoreOutcome.NotStored, Store(store, StoreMode.Append, "k", new string('y', 100)));
        Assert.Equal(900, Find(store, "k")!.Value.Length);
    }

    [Fact]
    public void A_delayed_flush_takes_what_was_there_when_its_time_came()
    {
        var (store, clock) = New();
        Set(store, "before", "x");
        store.FlushUpTo(clock.Expiry(10) - 1);
        _time.Advance(TimeSpan.FromSeconds(5));
        Set(store, "between", "x");
        Assert.NotNull(Find(store, "before"));
        _time.Advance(TimeSpan.FromSeconds(5));
        Set(store, "after", "x");
        Assert.Null(Find(store, "before"));
        Assert.Null(Find(store, "between"));
        Assert.NotNull(Find(store, "after"));
        Assert.Equal(2, _statistics.GetFlushed);
    }

    [Fact]
    public void A_flush_now_calls_off_one_that_was_to_come()
    {
        var (store, clock) = New();
        store.FlushUpTo(clock.Expiry(10) - 1);
        store.Flush();
        Set(store, "k", "x");
        _time.Advance(TimeSpan.FromSeconds(20));
        Assert.NotNull(Find(store, "k"));
    }

    [Fact]
    public void A_value_handed_out_is_never_written_to_again()
    {
        var (store, _) = New();
        Set(store, "n", "10");
        var before = Find(store, "n")!.Value;
        store.AddDelta("n"u8, increment: false, 3, 0, out var item, out var result);
        Assert.Equal("10", Encoding.ASCII.GetString(before));
        Assert.Equal(("7 ", 7UL), (Encoding.ASCII.GetString(item!.Value), result));
    }

    [Fact]
    public void It_behaves_like_a_dictionary_with_a_clock()
        => Gen.Select(Gen.Int[0, 6], Gen.Int[0, 4], Gen.Int[0, 3], Gen.Int[0, 12]).Array[1, 60]
            .Sample(RunBesideAModel, iter: 500, threads: 1);

    private static void RunBesideAModel((int Operation, int Key, int Seconds, int Number)[] script)
    {
        var time = new FakeTimeProvider();
        var clock = new ServerClock(time);
        var store = new ItemStore(clock, new ServerStatistics(), long.MaxValue, MaxItem);
        var model = new Dictionary<string, (string Value, DateTimeOffset Until)>();
        foreach (var (operation, keyNumber, seconds, number) in script)
        {
            var (key, value, now) = ($"key{keyNumber}", $"{number}", time.GetUtcNow());
            var known = model.TryGetValue(key, out var entry) && entry.Until > now;
            var until = seconds == 0 ? DateTimeOffset.MaxValue : now.AddSeconds(seconds);
            switch (operation)
            {
                case 0:
                    Assert.Equal(StoreOutcome.Stored, Store(store, StoreMode.Set, key, value, clock.Expiry(seconds)));
                    model[key] = (value, until);
                    break;
                case 1:
                    var added = Store(store, StoreMode.Add, key, value, clock.Expiry(seconds));
                    Assert.Equal(known ? StoreOutcome.NotStored : StoreOutcome.Stored, added);
                    model[key] = known ? entry : (value, until);
                    break;
                case 2:
                    Assert.Equal(known ? StoreOutcome.Stored : StoreOutcome.NotStored, Store(store, StoreMode.Append, key, value));
                    if (known)
                    {
                        model[key] = (entry.Value + value, entry.Until);
                    }
                    break;
                case 3:
                    if (Find(store, key) is { } item)
                    {
                        store.Remove(item);
                    }
                    model.Remove(key);
                    break;
                case 4:
                    var counted = store.AddDelta(Bytes(key), increment: true, (ulong)number, 0, out _, out var result);
                    var digits = entry.Value?.Split(' ')[0];
                    var isNumber = ulong.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var before);
                    Assert.Equal(!known ? DeltaOutcome.NotFound : isNumber ? DeltaOutcome.Changed : DeltaOutcome.NonNumeric, counted);
                    if (counted == DeltaOutcome.Changed)
                    {
                        Assert.Equal(unchecked(before + (ulong)number), result);
                        model[key] = ($"{result}".PadRight(entry.Value!.Length), entry.Until);
                    }
                    break;
                case 5:
                    time.Advance(TimeSpan.FromSeconds(seconds));
                    break;
                default:
                    Assert.Equal(known ? entry.Value : null, Find(store, key) is { } found ? Encoding.ASCII.GetString(found.Value) : null);
                    break;
            }
        }
    }

    private static StoreOutcome Store(ItemStore store, StoreMode mode, string key, string value, uint expiresAt = 0)
        => store.Store(mode, Bytes(key), Bytes(value), 0, expiresAt, 0, staleAllowed: false, out _);

    private static void Set(ItemStore store, string key, string value, uint expiresAt = 0)
        => Assert.Equal(StoreOutcome.Stored, Store(store, StoreMode.Set, key, value, expiresAt));

    private static Item? Find(ItemStore store, string key) => store.Find(Bytes(key));

    private static byte[] Bytes(string text) => Encoding.ASCII.GetBytes(text);

    private (ItemStore Store, ServerClock Clock) New(long memoryLimit = 64 << 20)
    {
        var clock = new ServerClock(_time);
        return (new ItemStore(clock, _statistics, memoryLimit, MaxItem), clock);
    }
}
