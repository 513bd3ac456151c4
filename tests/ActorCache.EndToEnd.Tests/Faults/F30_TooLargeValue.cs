using System.Buffers;
using ActorCache.EndToEnd.Tests.Contract;

namespace ActorCache.EndToEnd.Tests.Faults;

/// <summary>
/// F30, and the sizes of the bad input: the largest value a server takes comes back, one byte more is TooLarge and takes the older value
/// with it; a hundred megabytes are not even sent, and take it with them too.
/// </summary>
public abstract class F30_TooLargeValue(PoolFixture on)
{
    private IActorCache Cache => on.Cache;

    [Fact]
    public async Task The_largest_value_comes_back_and_one_byte_more_is_TooLarge_and_takes_the_older_one_with_it()
    {
        var key = on.NewKey();
        var (taken, refused) = ((1 << 20) - 1024, (1 << 20) + 1);
        while (refused - taken > 1)
        {
            var size = (taken + refused) / 2;
            if ((await Cache.SetAsync(key, new byte[size])).IsStored) taken = size;
            else refused = size;
        }
        foreach (var size in new[] { taken - 1, taken })
        {
            var value = new byte[size];
            new Random(size).NextBytes(value);
            Assert.Equal(CacheOutcome.Stored, (await Cache.SetAsync(key, value)).Outcome);
            Assert.Equal(value, (await Cache.GetAsync<byte[]>(key)).Value);
        }
        await IsTooLarge(key, taken + 1);
    }

    [Theory]
    [InlineData((1 << 20) + 1)]
    [InlineData(3 << 20)]
    [InlineData(100 << 20)]
    public async Task Over_the_limit_is_TooLarge_whatever_the_size(int size) => await IsTooLarge(on.NewKey(), size);

    [Fact]
    public async Task What_is_not_a_set_leaves_the_older_value()
    {
        var key = on.NewKey();
        Assert.True((await Cache.SetAsync(key, "older")).IsStored);
        foreach (var mode in (StoreMode[])[StoreMode.Add, StoreMode.Replace, StoreMode.Append, StoreMode.Prepend])
            Assert.Equal(CacheOutcome.TooLarge, (await Cache.StoreAsync(key, new byte[3 << 20], new StoreOptions { Mode = mode })).Outcome);
        Assert.Equal(CacheOutcome.TooLarge, (await Cache.StoreAsync(key, new byte[3 << 20], new StoreOptions { Cas = 1 })).Outcome);
        Assert.Equal("older", (await Cache.GetAsync<string>(key)).Value);
    }

    [Fact]
    public async Task In_a_thousand_pieces_it_is_the_same_as_in_one()
    {
        var (whole, pieces) = (on.NewKey(), on.NewKey());
        var value = new byte[500_000];
        new Random(3).NextBytes(value);
        Assert.True((await Cache.SetAsync(whole, value)).IsStored);
        Assert.True((await Cache.SetRawAsync(pieces, Cut(value, 500))).IsStored);
        Assert.Equal((await Cache.GetAsync<byte[]>(whole)).Value, (await Cache.GetAsync<byte[]>(pieces)).Value);
        Assert.Equal(CacheOutcome.TooLarge, (await Cache.SetRawAsync(pieces, Cut(new byte[2_000_000], 2000))).Outcome);
    }

    // Bytes are borrowed until the call has ended, as IActorCache says, and no longer.
    [Fact]
    public async Task What_the_caller_does_to_the_bytes_afterwards_changes_nothing()
    {
        var key = on.NewKey();
        var value = "before"u8.ToArray();
        Assert.True((await Cache.SetAsync(key, value)).IsStored);
        "after!"u8.CopyTo(value);
        Assert.Equal("before", (await Cache.GetAsync<string>(key)).Value);
        var read = (await Cache.GetAsync<byte[]>(key)).Value!;
        read[0] = (byte)'x';
        Assert.Equal("before", (await Cache.GetAsync<string>(key)).Value);
    }

    private async Task IsTooLarge(string key, int size)
    {
        Assert.True((await Cache.SetAsync(key, "older")).IsStored);
        var stored = await Cache.SetAsync(key, new byte[size]);
        Assert.Equal((CacheOutcome.TooLarge, false), (stored.Outcome, stored.MayHaveBeenApplied));
        // Whether the server refuses it or the client: the older value is gone.
        Assert.Equal(CacheOutcome.Miss, (await Cache.GetAsync<string>(key)).Outcome);
        Assert.DoesNotContain(on.Pool.Log.Events, happened => happened is ServerEvent.Suspected);
    }

    private static ReadOnlySequence<byte> Cut(byte[] bytes, int length)
    {
        var first = new Piece(ReadOnlyMemory<byte>.Empty, 0);
        var last = first;
        for (var at = 0; at < bytes.Length; at += length) last = last.Then(bytes.AsMemory(at, Math.Min(length, bytes.Length - at)));
        return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }

    private sealed class Piece : ReadOnlySequenceSegment<byte>
    {
        public Piece(ReadOnlyMemory<byte> bytes, long start) => (Memory, RunningIndex) = (bytes, start);

        public Piece Then(ReadOnlyMemory<byte> bytes)
        {
            var next = new Piece(bytes, RunningIndex + Memory.Length);
            Next = next;
            return next;
        }
    }
}

public sealed class F30_OnEmbedded(OnEmbedded on) : F30_TooLargeValue(on), IClassFixture<OnEmbedded>;

public sealed class F30_OnMemcached(OnMemcached on) : F30_TooLargeValue(on), IClassFixture<OnMemcached>;

public sealed class F30_OnClassicMemcached(OnClassicMemcached on) : F30_TooLargeValue(on), IClassFixture<OnClassicMemcached>;

public sealed class F30_OnBinaryMemcached(OnBinaryMemcached on) : F30_TooLargeValue(on), IClassFixture<OnBinaryMemcached>;
