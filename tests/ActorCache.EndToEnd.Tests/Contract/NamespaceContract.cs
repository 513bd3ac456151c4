using System.Buffers;
using System.Collections.Concurrent;
using System.Text;
using CsCheck;

namespace ActorCache.EndToEnd.Tests.Contract;

/// <summary>Namespaces: every call in them, and everything in them gone at once.</summary>
public abstract class NamespaceContract(PoolFixture on)
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task Every_call_works_in_a_namespace_and_is_seen_in_it_alone()
    {
        var users = New();
        Assert.Equal(CacheOutcome.Miss, (await users.GetAsync<string>("1")).Outcome);
        Assert.Equal(CacheOutcome.Stored, (await users.SetAsync("1", "Ada")).Outcome);
        Assert.Equal("Ada", (await users.GetAsync<string>("1")).Value);
        Assert.Equal("Ada", (await users.GetAndTouchAsync<string>("1", Minute)).Value);
        Assert.Equal(CacheOutcome.Stored, (await users.TouchAsync("1", Minute)).Outcome);
        Assert.Equal(CacheOutcome.NotStored, (await users.StoreAsync("1", "Bob", new StoreOptions { Mode = StoreMode.Add })).Outcome);
        Assert.Equal(CacheOutcome.Stored, (await users.SetRawAsync("raw", new ReadOnlySequence<byte>("bytes"u8.ToArray()))).Outcome);
        var raw = new ArrayBufferWriter<byte>();
        Assert.Equal(5, (await users.GetRawAsync("raw", raw)).Value);
        Assert.Equal("bytes", Encoding.UTF8.GetString(raw.WrittenSpan));
        Assert.Equal(5ul, (await users.IncrementAsync("n", initial: 5)).Value);
        Assert.Equal(3ul, (await users.DecrementAsync("n", 2)).Value);
        Assert.All((await users.SetManyAsync<string>([new("a", "A"), new("b", "B")])).Values, stored => Assert.True(stored.IsStored));
        var many = await users.GetManyAsync<string>(["a", "b", "a", "c"]);
        Assert.Equal(["a:A", "b:B", "c:"], many.OrderBy(one => one.Key).Select(one => $"{one.Key}:{one.Value.Value}"));
        Assert.Equal(CacheOutcome.Stored, (await users.DeleteAsync("a")).Outcome);
        Assert.Equal((CacheOutcome.Stored, "made"), Pair(await users.GetOrCreateAsync("made", _ => ValueTask.FromResult("made"))));
        Assert.Equal(CacheOutcome.Stored, (await users.InvalidateAsync("made", Minute)).Outcome);
        Assert.Equal(CacheOutcome.Miss, (await users.GetAsync<string>("made")).Outcome);

        Assert.Equal(CacheOutcome.Miss, (await on.Cache.GetAsync<string>("1")).Outcome);
        Assert.Equal(CacheOutcome.Miss, (await New().GetAsync<string>("1")).Outcome);
        Assert.StartsWith("default/", users.Name, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Invalidating_leaves_everything_behind_and_nothing_else()
    {
        var name = on.NewKey();
        var (users, others) = (on.Cache.Namespace(name), New());
        await users.SetManyAsync(Enumerable.Range(0, 100).Select(n => KeyValuePair.Create($"{n}", n)));
        await others.SetAsync("1", "kept");
        await on.Cache.SetAsync(name, "kept");

        Assert.Equal(CacheOutcome.Stored, (await users.InvalidateAsync()).Outcome);
        Assert.All((await users.GetManyAsync<int>(Enumerable.Range(0, 100).Select(n => $"{n}"))).Values, read => Assert.Equal(CacheOutcome.Miss, read.Outcome));
        Assert.Equal("kept", (await others.GetAsync<string>("1")).Value);
        Assert.Equal("kept", (await on.Cache.GetAsync<string>(name)).Value);

        await users.SetAsync("1", "new");
        Assert.Equal("new", (await on.Cache.Namespace(name).GetAsync<string>("1")).Value);
        Assert.True((await users.FlushAllAsync()).IsComplete);
        Assert.Equal(CacheOutcome.Miss, (await users.GetAsync<string>("1")).Outcome);
        Assert.Equal("kept", (await others.GetAsync<string>("1")).Value);
    }

    [Fact]
    public async Task A_namespace_that_was_never_used_can_be_invalidated() =>
        Assert.Equal(CacheOutcome.Stored, (await New().InvalidateAsync()).Outcome);

    [Fact]
    public async Task A_namespace_in_another_ends_with_it_and_not_the_other_way_round()
    {
        var outer = New();
        var inner = outer.Namespace("inner");
        await outer.SetAsync("key", "outer");
        await inner.SetAsync("key", "inner");
        Assert.Equal("inner", (await inner.GetAsync<string>("key")).Value);
        await inner.InvalidateAsync();
        Assert.Equal(CacheOutcome.Miss, (await inner.GetAsync<string>("key")).Outcome);
        Assert.Equal("outer", (await outer.GetAsync<string>("key")).Value);
        await inner.SetAsync("key", "again");
        await outer.InvalidateAsync();
        Assert.Equal(CacheOutcome.Miss, (await inner.GetAsync<string>("key")).Outcome);
        Assert.Equal(CacheOutcome.Miss, (await outer.GetAsync<string>("key")).Outcome);
    }

    [Fact]
    public async Task A_generation_that_is_lost_reads_as_invalidated_and_none_is_used_again()
    {
        var name = on.NewKey();
        var users = on.Cache.Namespace(name);
        var seen = new HashSet<ulong>();
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal(CacheOutcome.Miss, (await users.GetAsync<string>("1")).Outcome);
            await users.SetAsync("1", $"{i}");
            Assert.Equal($"{i}", (await users.GetAsync<string>("1")).Value);
            Assert.True(seen.Add((await on.Cache.GetAsync<ulong>($"{name}~")).Value));
            Assert.Equal(CacheOutcome.Stored, (await on.Cache.DeleteAsync($"{name}~")).Outcome);
        }
    }

    [Fact]
    public async Task Callers_who_begin_a_generation_together_begin_one()
    {
        var name = on.NewKey();
        await Task.WhenAll(Enumerable.Range(0, 64).Select(n => on.Cache.Namespace(name).SetAsync($"{n}", n).AsTask())).Patiently();
        var all = await on.Cache.Namespace(name).GetManyAsync<int>(Enumerable.Range(0, 64).Select(n => $"{n}"));
        Assert.All(all, one => Assert.Equal(one.Key, $"{one.Value.Value}"));
    }

    /// <summary>
    /// Writers, readers and invalidations at random. Invalidations are numbered; of each value it is known which of them had begun when its
    /// store was answered, or its creator was run.
    /// </summary>
    [Fact]
    public void After_an_invalidation_is_answered_nothing_is_read_that_was_stored_before_it_began() => Gen.Int[1, 1_000_000].Sample(seed =>
    {
        var users = New();
        var (begun, answered, values) = (0, 0, 0);
        var stored = new ConcurrentDictionary<int, int>();
        var created = new ConcurrentDictionary<int, int>();
        RunAsync().GetAwaiter().GetResult();

        async Task RunAsync() => await Task.WhenAll(Enumerable.Range(0, 8).Select(actor => Task.Run(async () =>
        {
            var random = new Random(seed + actor);
            for (var step = 0; step < 12; step++)
            {
                var key = $"{random.Next(3)}";
                var value = Interlocked.Increment(ref values);
                var last = Volatile.Read(ref answered);
                switch (random.Next(5))
                {
                    case 0 when actor == 0:
                        var number = Interlocked.Increment(ref begun);
                        Assert.Equal(CacheOutcome.Stored, (await users.InvalidateAsync()).Outcome);
                        Volatile.Write(ref answered, number);
                        break;
                    case 1:
                        await users.SetAsync(key, value);
                        stored[value] = Volatile.Read(ref begun);
                        break;
                    case 2:
                        var made = await users.GetOrCreateAsync(key, async _ =>
                        {
                            created[value] = Volatile.Read(ref begun);
                            await Task.Yield();
                            return value;
                        });
                        AssertIsOf(last, made);
                        break;
                    default:
                        AssertIsOf(last, await users.GetAsync<int>(key));
                        break;
                }
            }
        }))).Patiently();

        void AssertIsOf(int last, CacheResult<int> read)
        {
            if (stored.TryGetValue(read.Value, out var at) || created.TryGetValue(read.Value, out at)) Assert.True(at >= last, $"{read}: a value of {at} after {last}");
        }
    }, iter: 100, threads: 1);

    [Fact]
    public async Task Names_and_keys_that_only_look_alike_are_not_the_same()
    {
        var name = on.NewKey();
        await on.Cache.Namespace($"{name}a").SetAsync("bc", "1");
        await on.Cache.Namespace($"{name}ab").SetAsync("c", "2");
        await on.Cache.Namespace(name).Namespace("a").SetAsync("bc", "3");
        Assert.Equal("1", (await on.Cache.Namespace($"{name}a").GetAsync<string>("bc")).Value);
        Assert.Equal("2", (await on.Cache.Namespace($"{name}ab").GetAsync<string>("c")).Value);
        Assert.Equal("3", (await on.Cache.Namespace(name).Namespace("a").GetAsync<string>("bc")).Value);
    }

    [Fact]
    public async Task Keys_have_what_the_name_leaves_them()
    {
        var users = on.Cache.Namespace("users");
        Assert.Equal(CacheOutcome.Stored, (await users.SetAsync(new string('k', 227), "1")).Outcome);
        var refused = await Assert.ThrowsAsync<ArgumentException>("key", async () => await users.SetAsync(new string('k', 228), "1"));
        Assert.StartsWith("Key is 228 bytes; namespace \"users\" leaves 227 of memcached's 250.", refused.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<ArgumentException>("key", async () => await users.GetAsync<string>("a b"));
        await Assert.ThrowsAsync<ArgumentNullException>("key", async () => await users.DeleteAsync(null!));
        Assert.StartsWith("keys[1]:", (await Assert.ThrowsAsync<ArgumentException>("keys", async () => await users.GetManyAsync<string>(["a", "a b"]))).Message, StringComparison.Ordinal);
        Assert.StartsWith("items[1]:", (await Assert.ThrowsAsync<ArgumentException>("items", async () => await users.SetManyAsync<int>([new("a", 1), new("a b", 1)]))).Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>("ttl", async () => await users.SetAsync("a", "1", TimeSpan.Zero));
        await Assert.ThrowsAsync<ArgumentNullException>("value", async () => await users.SetAsync<string>("a", null!));
        foreach (var name in (string[])["", "a b", "a~b", new string('n', 233)]) Assert.Throws<ArgumentException>("name", () => on.Cache.Namespace(name));
        Assert.Throws<ArgumentNullException>("name", () => on.Cache.Namespace(null!));
    }

    private ICacheNamespace New() => on.Cache.Namespace(on.NewKey());

    private static (CacheOutcome, T?) Pair<T>(CacheResult<T> result) => (result.Outcome, result.Value);
}

public sealed class NamespacesOnEmbedded(OnEmbedded on) : NamespaceContract(on), IClassFixture<OnEmbedded>;

public sealed class NamespacesOnMemcached(OnMemcached on) : NamespaceContract(on), IClassFixture<OnMemcached>;

public sealed class NamespacesOnClassicEmbedded(OnClassicEmbedded on) : NamespaceContract(on), IClassFixture<OnClassicEmbedded>;

public sealed class NamespacesOnClassicMemcached(OnClassicMemcached on) : NamespaceContract(on), IClassFixture<OnClassicMemcached>;

public sealed class NamespacesOnBinaryMemcached(OnBinaryMemcached on) : NamespaceContract(on), IClassFixture<OnBinaryMemcached>;

public sealed class NamespacesOnTwemproxy(OnTwemproxy on) : NamespaceContract(on), IClassFixture<OnTwemproxy>;
