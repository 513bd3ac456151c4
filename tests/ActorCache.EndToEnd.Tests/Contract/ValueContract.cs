using System.Text;
using System.Text.Json;

namespace ActorCache.EndToEnd.Tests.Contract;

/// <summary>What is stored comes back, byte for byte, whatever it is.</summary>
public abstract class ValueContract(PoolFixture on)
{
    // An item's header and key go into the server's limit of 1 MB as well.
    private const int Largest = (1 << 20) - 100;

    private IActorCache Cache => on.Cache;

    public static TheoryData<string, byte[]> AwkwardBytes => new()
    {
        { "nothing", [] },
        { "a line end", "\r\n"u8.ToArray() },
        { "the end of a reply", "\r\nEND\r\n"u8.ToArray() },
        { "a classic reply", "VALUE x 0 1\r\n1\r\nEND\r\n"u8.ToArray() },
        { "a meta reply", "x\r\nHD O1\r\nVA 1 O2 kother\r\ny\r\nMN\r\n"u8.ToArray() },
        { "a command", "flush_all\r\n"u8.ToArray() },
        { "every byte there is", [.. Enumerable.Range(0, 256).Select(n => (byte)n)] },
    };

    public sealed record Basket(Guid Id, IReadOnlyList<Line> Lines, DateTimeOffset? PaidAt);

    public sealed record Line(string Article, int Count, decimal Price);

    [Theory, MemberData(nameof(AwkwardBytes))]
    public async Task Bytes_come_back_whatever_they_look_like(string what, byte[] value)
    {
        _ = what;
        var key = on.NewKey();
        Assert.True((await Cache.SetAsync(key, value)).IsStored);
        var read = await Cache.GetAsync<byte[]>(key);
        Assert.True(read.IsHit);
        Assert.Equal(value, read.Value);
        Assert.Equal(value, (await Cache.GetAsync<ReadOnlyMemory<byte>>(key)).Value.ToArray());
    }

    [Theory]
    [InlineData("")]
    [InlineData("plain")]
    [InlineData("Grüße, 世界, 🐙\r\nEND\r\n\0")]
    public async Task Text_comes_back_and_is_stored_as_UTF8(string value)
    {
        var key = on.NewKey();
        await Cache.SetAsync(key, value);
        Assert.Equal(value, (await Cache.GetAsync<string>(key)).Value);
        Assert.Equal(Encoding.UTF8.GetBytes(value), (await Cache.GetAsync<byte[]>(key)).Value);
    }

    [Fact]
    public async Task Integers_of_every_width_come_back_at_their_limits()
    {
        await Same(sbyte.MinValue);
        await Same(byte.MaxValue);
        await Same(short.MinValue);
        await Same(ushort.MaxValue);
        await Same(int.MinValue);
        await Same(uint.MaxValue);
        await Same(long.MinValue);
        await Same(ulong.MaxValue);
        await Same(0);

        async Task Same<T>(T value)
        {
            var key = on.NewKey();
            await Cache.SetAsync(key, value);
            Assert.Equal(value, (await Cache.GetAsync<T>(key)).Value);
            Assert.Equal(value!.ToString(), (await Cache.GetAsync<string>(key)).Value);
        }
    }

    [Fact]
    public async Task A_record_comes_back_as_it_was()
    {
        var key = on.NewKey();
        var basket = new Basket(Guid.NewGuid(), [new Line("tea", 2, 4.50m), new Line("Öl \"extra\"", 1, 12m)], DateTimeOffset.UnixEpoch);
        await Cache.SetAsync(key, basket);
        var read = (await Cache.GetAsync<Basket>(key)).Value!;
        Assert.Equal(basket.Id, read.Id);
        Assert.Equal(basket.Lines, read.Lines);
        Assert.Equal(basket.PaidAt, read.PaidAt);
    }

    [Fact]
    public async Task Other_types_come_back_as_they_were()
    {
        await Same(true);
        await Same(1.5e300);
        await Same(79228162514264337593543950335m);
        await Same(Guid.NewGuid());
        await Same(DateTimeOffset.MaxValue);
        await Same((int?)7);

        async Task Same<T>(T value)
        {
            var key = on.NewKey();
            await Cache.SetAsync(key, value);
            Assert.Equal(value, (await Cache.GetAsync<T>(key)).Value);
        }
    }

    [Fact]
    public async Task A_value_just_under_the_servers_limit_comes_back()
    {
        var key = on.NewKey();
        var value = new byte[Largest];
        new Random(1).NextBytes(value);
        Assert.Equal(CacheOutcome.Stored, (await Cache.SetAsync(key, value)).Outcome);
        Assert.Equal(value, (await Cache.GetAsync<byte[]>(key)).Value);
    }

    [Fact]
    public async Task A_value_over_the_servers_limit_is_TooLarge_and_the_older_one_is_gone()
    {
        var key = on.NewKey();
        await Cache.SetAsync(key, "older");
        var stored = await Cache.SetAsync(key, new byte[1 << 20]);
        Assert.Equal(CacheOutcome.TooLarge, stored.Outcome);
        Assert.Equal(on.ServerOf(key), stored.Server);
        Assert.False(stored.MayHaveBeenApplied);
        Assert.Equal(CacheOutcome.Miss, (await Cache.GetAsync<string>(key)).Outcome);
        Assert.True((await Cache.SetAsync(key, "newer")).IsStored);
        Assert.Equal("newer", (await Cache.GetAsync<string>(key)).Value);
    }

    [Fact]
    public async Task A_hit_says_who_answered_and_which_version_it_is()
    {
        var key = on.NewKey();
        var stored = await Cache.SetAsync(key, "first");
        var first = await Cache.GetAsync<string>(key);
        await Cache.SetAsync(key, "second");
        var second = await Cache.GetAsync<string>(key);

        Assert.Equal(on.ServerOf(key), stored.Server);
        Assert.Equal(on.ServerOf(key), first.Server);
        Assert.False(first.FromStandIn);
        Assert.NotEqual(0ul, first.Cas);
        Assert.NotEqual(first.Cas, second.Cas);
        Assert.Equal("second", second.Value);
    }

    [Fact]
    public async Task A_key_that_is_not_there_is_a_Miss_with_no_value()
    {
        var key = on.NewKey();
        var read = await Cache.GetAsync<string>(key);
        Assert.Equal(CacheOutcome.Miss, read.Outcome);
        Assert.False(read.IsHit);
        Assert.Null(read.Value);
        Assert.Equal(0ul, read.Cas);
        Assert.Equal(on.ServerOf(key), read.Server);
    }

    [Fact]
    public async Task A_value_that_does_not_read_throws_and_disturbs_nobody()
    {
        var key = on.NewKey();
        await Cache.SetAsync(key, "{ this is no JSON");
        await Assert.ThrowsAnyAsync<JsonException>(() => Cache.GetAsync<Basket>(key).AsTask());
        await Assert.ThrowsAnyAsync<FormatException>(() => Cache.GetAsync<int>(key).AsTask());
        await Assert.ThrowsAnyAsync<FormatException>(() => Cache.GetManyAsync<int>([key, on.NewKey()]).AsTask());
        Assert.Equal("{ this is no JSON", (await Cache.GetAsync<string>(key)).Value);
        Assert.DoesNotContain(on.Pool.Log.Events, happened => happened is ServerEvent.Suspected);
    }
}

public sealed class ValuesOnEmbedded(OnEmbedded on) : ValueContract(on), IClassFixture<OnEmbedded>;

public sealed class ValuesOnMemcached(OnMemcached on) : ValueContract(on), IClassFixture<OnMemcached>;

public sealed class ValuesOnTlsMemcached(OnTlsMemcached on) : ValueContract(on), IClassFixture<OnTlsMemcached>;

public sealed class ValuesOnClassicEmbedded(OnClassicEmbedded on) : ValueContract(on), IClassFixture<OnClassicEmbedded>;

public sealed class ValuesOnClassicMemcached(OnClassicMemcached on) : ValueContract(on), IClassFixture<OnClassicMemcached>;

public sealed class ValuesOnBinaryMemcached(OnBinaryMemcached on) : ValueContract(on), IClassFixture<OnBinaryMemcached>;

public sealed class ValuesOnTwemproxy(OnTwemproxy on) : ValueContract(on), IClassFixture<OnTwemproxy>;
