using System.Buffers;

namespace ActorCache.EndToEnd.Tests.Contract;

/// <summary>Which keys and arguments there are, and that the others are refused on the caller's own stack.</summary>
public abstract class KeyContract(PoolFixture on)
{
    private static readonly Dictionary<string, Func<IActorCache, string, Task>> Calls = new()
    {
        ["get"] = (cache, key) => cache.GetAsync<string>(key).AsTask(),
        ["get-and-touch"] = (cache, key) => cache.GetAndTouchAsync<string>(key, TimeSpan.FromSeconds(1)).AsTask(),
        ["get-many"] = (cache, key) => cache.GetManyAsync<string>([key]).AsTask(),
        ["set"] = (cache, key) => cache.SetAsync(key, "value").AsTask(),
        ["store"] = (cache, key) => cache.StoreAsync(key, "value", new StoreOptions { Mode = StoreMode.Add }).AsTask(),
        ["set-many"] = (cache, key) => cache.SetManyAsync([KeyValuePair.Create(key, "value")]).AsTask(),
        ["delete"] = (cache, key) => cache.DeleteAsync(key).AsTask(),
        ["delete-many"] = (cache, key) => cache.DeleteManyAsync([key]).AsTask(),
        ["touch"] = (cache, key) => cache.TouchAsync(key, TimeSpan.FromSeconds(1)).AsTask(),
        ["increment"] = (cache, key) => cache.IncrementAsync(key).AsTask(),
        ["decrement"] = (cache, key) => cache.DecrementAsync(key).AsTask(),
        ["get-raw"] = (cache, key) => cache.GetRawAsync(key, new ArrayBufferWriter<byte>()).AsTask(),
        ["set-raw"] = (cache, key) => cache.SetRawAsync(key, ReadOnlySequence<byte>.Empty).AsTask(),
        ["explain"] = (cache, key) => Task.FromResult(cache.Monitor.Explain(key)),
    };

    private static readonly string[] BadKeys =
    [
        "", " ", "a b", " a", "a ", "a\tb", "a\r\nflush_all", "a\nb", "\0", "\u0001", "\u007f",
        new string('k', 251), new string('é', 126), "\ud800", "a\udc00",
    ];

    private IActorCache Cache => on.Cache;

    public static TheoryData<string> Names => [.. Calls.Keys];

    public static TheoryData<string> GoodKeys =>
    [
        "a", "!", "~", "user:42/profile?x=1", "Größe", "世界", "🐙🐙", "Ａ\u0301", "a\u00a0b\u2028c\u0085d",
        new string('k', 250), new string('é', 125), "noreply", "0", "-1", "S1", "mn", "x,y", "\"'\\%s",
    ];

    [Theory, MemberData(nameof(GoodKeys))]
    public async Task A_legal_key_works_in_every_call(string key)
    {
        Assert.True((await Cache.SetAsync(key, $"{key}|1")).IsStored);
        Assert.Equal($"{key}|1", (await Cache.GetAsync<string>(key)).Value);
        Assert.Equal($"{key}|1", (await Cache.GetAndTouchAsync<string>(key, TimeSpan.FromSeconds(100))).Value);
        Assert.Equal($"{key}|1", (await Cache.GetManyAsync<string>([key]))[key].Value);
        Assert.True((await Cache.TouchAsync(key, TimeSpan.FromSeconds(100))).IsStored);
        Assert.True((await Cache.SetManyAsync([KeyValuePair.Create(key, 5)]))[key].IsStored);
        Assert.Equal(6ul, (await Cache.IncrementAsync(key)).Value);
        Assert.True((await Cache.DeleteAsync(key)).IsStored);
        Assert.Equal(CacheOutcome.NotFound, (await Cache.DeleteManyAsync([key]))[key].Outcome);
        Assert.Equal(CacheOutcome.Miss, (await Cache.GetRawAsync(key, new ArrayBufferWriter<byte>())).Outcome);
    }

    [Fact]
    public async Task Keys_that_only_look_alike_are_different_keys()
    {
        var prefix = on.NewKey();
        string[] keys = [$"{prefix}:key", $"{prefix}:Key", $"{prefix}:key.", $"{prefix}:é", $"{prefix}:e\u0301"];
        foreach (var key in keys) await Cache.SetAsync(key, key);
        foreach (var key in keys) Assert.Equal(key, (await Cache.GetAsync<string>(key)).Value);
    }

    [Theory, MemberData(nameof(Names))]
    public void A_bad_key_throws_on_the_callers_stack(string call)
    {
        foreach (var bad in BadKeys) Assert.Throws<ArgumentException>(() => { _ = Calls[call](Cache, bad); });
        Assert.ThrowsAny<ArgumentException>(() => { _ = Calls[call](Cache, null!); });
    }

    [Fact]
    public async Task A_bad_argument_throws_on_the_callers_stack_and_names_itself()
    {
        foreach (var ttl in (TimeSpan[])[TimeSpan.Zero, TimeSpan.FromTicks(-1), TimeSpan.MinValue, Timeout.InfiniteTimeSpan])
        {
            Throws<ArgumentOutOfRangeException>("ttl", () => Cache.SetAsync("key", "value", ttl).AsTask());
            Throws<ArgumentOutOfRangeException>("ttl", () => Cache.StoreAsync("key", "value", new StoreOptions { Ttl = ttl }).AsTask());
            Throws<ArgumentOutOfRangeException>("ttl", () => Cache.SetManyAsync([KeyValuePair.Create("key", "value")], ttl).AsTask());
            Throws<ArgumentOutOfRangeException>("ttl", () => Cache.SetRawAsync("key", ReadOnlySequence<byte>.Empty, ttl).AsTask());
            Throws<ArgumentOutOfRangeException>("ttl", () => Cache.TouchAsync("key", ttl).AsTask());
            Throws<ArgumentOutOfRangeException>("ttl", () => Cache.GetAndTouchAsync<string>("key", ttl).AsTask());
            Throws<ArgumentOutOfRangeException>("ttl", () => Cache.IncrementAsync("key", ttl: ttl).AsTask());
            Throws<ArgumentOutOfRangeException>("ttl", () => Cache.DecrementAsync("key", initial: 1, ttl: ttl).AsTask());
        }
        Throws<ArgumentNullException>("value", () => Cache.SetAsync<string>("key", null!).AsTask());
        Throws<ArgumentNullException>("value", () => Cache.SetAsync<byte[]>("key", null!).AsTask());
        Throws<ArgumentNullException>("value", () => Cache.SetAsync<int?>("key", null).AsTask());
        Throws<ArgumentNullException>("value", () => Cache.StoreAsync<string>("key", null!, new StoreOptions()).AsTask());
        Throws<ArgumentNullException>("options", () => Cache.StoreAsync("key", "value", null!).AsTask());
        Throws<ArgumentException>("options", () => Cache.StoreAsync("key", "value", new StoreOptions { Cas = 0 }).AsTask());
        Throws<ArgumentOutOfRangeException>("options", () => Cache.StoreAsync("key", "value", new StoreOptions { Mode = (StoreMode)99 }).AsTask());
        Throws<ArgumentNullException>("keys", () => Cache.GetManyAsync<string>(null!).AsTask());
        Throws<ArgumentNullException>("items", () => Cache.SetManyAsync<string>(null!).AsTask());
        Throws<ArgumentNullException>("destination", () => Cache.GetRawAsync("key", null!).AsTask());
        Assert.Equal(CacheOutcome.Miss, (await Cache.GetAsync<string>("key")).Outcome);

        static void Throws<T>(string parameter, Func<Task> call) where T : ArgumentException =>
            Assert.Equal(parameter, Assert.Throws<T>(() => { _ = call(); }).ParamName);
    }

    /// <summary>For the one kind of server that says how many commands it has executed.</summary>
    protected static void RefuseEverything(IActorCache cache)
    {
        foreach (var call in Calls.Values)
        {
            foreach (var bad in BadKeys) Assert.Throws<ArgumentException>(() => { _ = call(cache, bad); });
        }
    }
}

public sealed class KeysOnEmbedded(OnEmbedded on) : KeyContract(on), IClassFixture<OnEmbedded>
{
    [Fact]
    public async Task Nothing_is_sent_for_a_bad_key()
    {
        using var server = EmbeddedServer.EmbeddedMemcached.Start();
        await using var host = await OneCache.StartAsync(server.Address);
        await host.Cache.SetAsync("key", "value");
        var before = server.CommandCount;
        RefuseEverything(host.Cache);
        await host.Cache.GetAsync<string>("key");
        Assert.Equal(before + 1, server.CommandCount);
    }
}

public sealed class KeysOnMemcached(OnMemcached on) : KeyContract(on), IClassFixture<OnMemcached>;

public sealed class KeysOnClassicEmbedded(OnClassicEmbedded on) : KeyContract(on), IClassFixture<OnClassicEmbedded>;

public sealed class KeysOnClassicMemcached(OnClassicMemcached on) : KeyContract(on), IClassFixture<OnClassicMemcached>;

public sealed class KeysOnBinaryMemcached(OnBinaryMemcached on) : KeyContract(on), IClassFixture<OnBinaryMemcached>;

public sealed class KeysOnTwemproxy(OnTwemproxy on) : KeyContract(on), IClassFixture<OnTwemproxy>;
