using System.Buffers;

namespace ActorCache.EndToEnd.Tests.Contract;

/// <summary>What changes how a value or a key is stored, all at once: parts, tags, compression, prefixes and encoded keys, in each dialect.</summary>
public abstract class TogetherContract(PoolFixture on)
{
    private const int Large = 3_000_000;
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Theory]
    [InlineData("None")]
    [InlineData("Brotli")]
    public async Task A_large_value_has_its_tags_and_is_gone_with_them(string compression)
    {
        await using var pool = await StartAsync(compression);
        var value = Noise(1);
        Assert.Equal(CacheOutcome.Stored, (await pool.Cache.StoreAsync("large", value, new StoreOptions { Tags = ["red", "blue"], Ttl = Minute })).Outcome);
        Assert.Equal(value, (await pool.Cache.GetAsync<byte[]>("large")).Value);
        Assert.Equal(value, (await pool.Cache.GetManyAsync<byte[]>(["large"]))["large"].Value);
        Assert.Equal(value, (await pool.Cache.GetAndTouchAsync<byte[]>("large", Minute)).Value);
        var raw = new ArrayBufferWriter<byte>();
        Assert.Equal(Large, (await pool.Cache.GetRawAsync("large", raw)).Value);
        Assert.True(raw.WrittenSpan.SequenceEqual(value));
        Assert.Equal(CacheOutcome.Stored, (await pool.Cache.TouchAsync("large", Minute)).Outcome);

        Assert.True((await pool.Cache.InvalidateTagAsync("blue")).IsStored);
        Assert.Equal(CacheOutcome.Miss, (await pool.Cache.GetAsync<byte[]>("large")).Outcome);
        Assert.Equal(CacheOutcome.Miss, (await pool.Cache.GetRawAsync("large", raw)).Outcome);
    }

    [Fact]
    public async Task A_large_value_is_created_once_with_its_tags()
    {
        await using var pool = await StartAsync("None");
        var (first, second) = (Noise(1), Noise(2));
        var options = new GetOrCreateOptions { Ttl = Minute, Tags = ["red"] };
        Assert.Equal(CacheOutcome.Stored, (await pool.Cache.GetOrCreateAsync("large", _ => ValueTask.FromResult(first), options)).Outcome);
        var found = await pool.Cache.GetOrCreateAsync("large", _ => ValueTask.FromResult(second), options);
        Assert.Equal((CacheOutcome.Hit, true), (found.Outcome, first.AsSpan().SequenceEqual(found.Value)));
        await pool.Cache.InvalidateTagAsync("red");
        Assert.Equal(second, (await pool.Cache.GetOrCreateAsync("large", _ => ValueTask.FromResult(second), options)).Value);
        Assert.Equal(second, (await pool.Cache.GetOrCreateAsync("large", _ => ValueTask.FromResult(first), options)).Value);
    }

    [Fact]
    public async Task A_key_that_memcached_does_not_take_works_in_every_call_and_in_a_namespace()
    {
        await using var pool = await StartAsync("None");
        foreach (var key in (string[])["with a space", "line\nend", new string('k', 1000), "~#looks like a hash", "Größe\u0001"])
        {
            foreach (var cache in (IActorCache[])[pool.Cache, pool.Cache.Namespace("users")])
            {
                Assert.Equal((cache.Name, key, CacheOutcome.Stored), (cache.Name, key, (await cache.SetAsync(key, key)).Outcome));
                Assert.Equal(key, (await cache.GetAsync<string>(key)).Value);
                Assert.Equal(key, (await cache.GetAndTouchAsync<string>(key, Minute)).Value);
                Assert.Equal(key, (await cache.GetManyAsync<string>([key, "other"]))[key].Value);
                Assert.True((await cache.TouchAsync(key, Minute)).IsStored);
                Assert.Equal(key, (await cache.GetOrCreateAsync(key, _ => ValueTask.FromResult("made"))).Value);
                Assert.True((await cache.DeleteManyAsync([key]))[key].IsStored);
                Assert.Equal(7ul, (await cache.IncrementAsync(key, initial: 7)).Value);
                Assert.True((await cache.DeleteAsync(key)).IsStored);
                Assert.Equal("made", (await cache.GetOrCreateAsync(key, _ => ValueTask.FromResult("made"))).Value);
            }
        }
        Assert.DoesNotContain(pool.Log.Events, happened => happened is ServerEvent.Suspected);
    }

    private Task<Pool> StartAsync(string compression) => on.AnotherAsync(options =>
    {
        options.KeyPrefix = "app:";
        options.KeyPolicy = KeyPolicy.Encode;
        options.LargeValues = LargeValues.Chunk;
        options.Compression = compression;
    });

    private static byte[] Noise(int seed)
    {
        var noise = new byte[Large];
        new Random(seed).NextBytes(noise);
        return noise;
    }
}

public sealed class TogetherOnEmbedded(OnEmbedded on) : TogetherContract(on), IClassFixture<OnEmbedded>;

public sealed class TogetherOnMemcached(OnMemcached on) : TogetherContract(on), IClassFixture<OnMemcached>;

public sealed class TogetherOnClassicEmbedded(OnClassicEmbedded on) : TogetherContract(on), IClassFixture<OnClassicEmbedded>;

public sealed class TogetherOnClassicMemcached(OnClassicMemcached on) : TogetherContract(on), IClassFixture<OnClassicMemcached>;

public sealed class TogetherOnBinaryMemcached(OnBinaryMemcached on) : TogetherContract(on), IClassFixture<OnBinaryMemcached>;

public sealed class TogetherOnTwemproxy(OnTwemproxy on) : TogetherContract(on), IClassFixture<OnTwemproxy>;

public sealed class TogetherOnReplicated(OnReplicated on) : TogetherContract(on), IClassFixture<OnReplicated>;
