using System.Buffers;

namespace ActorCache.EndToEnd.Tests.Contract;

/// <summary>Bytes in the caller's own buffers.</summary>
public abstract class RawContract(PoolFixture on)
{
    private IActorCache Cache => on.Cache;

    [Fact]
    public async Task Bytes_in_many_pieces_are_stored_as_one_value()
    {
        var key = on.NewKey();
        var value = new byte[100_003];
        new Random(2).NextBytes(value);
        var pieces = Pieces(value, [0, 1, 2, 50_000, 0, 49_999, 1]);
        Assert.False(pieces.IsSingleSegment);

        Assert.True((await Cache.SetRawAsync(key, pieces)).IsStored);
        var destination = new ArrayBufferWriter<byte>();
        var read = await Cache.GetRawAsync(key, destination);
        Assert.True(read.IsHit);
        Assert.Equal(value.Length, read.Value);
        Assert.NotEqual(0ul, read.Cas);
        Assert.Equal(on.ServerOf(key), read.Server);
        Assert.Equal(value, destination.WrittenSpan.ToArray());
    }

    [Fact]
    public async Task A_read_is_written_behind_what_the_buffer_holds_already()
    {
        var key = on.NewKey();
        await Cache.SetRawAsync(key, new ReadOnlySequence<byte>("value"u8.ToArray()));
        var destination = new ArrayBufferWriter<byte>();
        destination.Write("before "u8);
        Assert.Equal(5, (await Cache.GetRawAsync(key, destination)).Value);
        Assert.Equal("before value"u8.ToArray(), destination.WrittenSpan.ToArray());
    }

    [Fact]
    public async Task Nothing_at_all_is_a_value_too()
    {
        var key = on.NewKey();
        await Cache.SetRawAsync(key, ReadOnlySequence<byte>.Empty, TimeSpan.FromSeconds(1000));
        var destination = new ArrayBufferWriter<byte>();
        var read = await Cache.GetRawAsync(key, destination);
        Assert.True(read.IsHit);
        Assert.Equal(0, read.Value);
        Assert.Equal(0, destination.WrittenCount);
        Assert.InRange((await on.SecondsLeftAsync(key))!.Value, 900, 1000);
    }

    [Fact]
    public async Task A_miss_writes_nothing()
    {
        var destination = new ArrayBufferWriter<byte>();
        var read = await Cache.GetRawAsync(on.NewKey(), destination);
        Assert.Equal(CacheOutcome.Miss, read.Outcome);
        Assert.Equal(0, read.Value);
        Assert.Equal(0, destination.WrittenCount);
    }

    [Fact]
    public async Task A_value_that_is_too_large_is_TooLarge()
    {
        var key = on.NewKey();
        Assert.Equal(CacheOutcome.TooLarge, (await Cache.SetRawAsync(key, Pieces(new byte[2 << 20], [1 << 20, 1 << 20]))).Outcome);
        Assert.Equal(CacheOutcome.Miss, (await Cache.GetRawAsync(key, new ArrayBufferWriter<byte>())).Outcome);
    }

    [Fact]
    public async Task A_buffer_that_takes_nothing_throws_to_its_caller_and_disturbs_nobody()
    {
        var key = on.NewKey();
        await Cache.SetAsync(key, "value");
        await Assert.ThrowsAsync<NotSupportedException>(() => Cache.GetRawAsync(key, new FullBuffer()).AsTask());
        Assert.Equal("value", (await Cache.GetAsync<string>(key)).Value);
    }

    private static ReadOnlySequence<byte> Pieces(byte[] bytes, int[] lengths)
    {
        var first = new Piece(ReadOnlyMemory<byte>.Empty, 0);
        var last = first;
        var at = 0;
        foreach (var length in lengths)
        {
            last = last.Then(bytes.AsMemory(at, length));
            at += length;
        }
        Assert.Equal(bytes.Length, at);
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

    private sealed class FullBuffer : IBufferWriter<byte>
    {
        public void Advance(int count) => throw new NotSupportedException();

        public Memory<byte> GetMemory(int sizeHint = 0) => throw new NotSupportedException();

        public Span<byte> GetSpan(int sizeHint = 0) => throw new NotSupportedException();
    }
}

public sealed class RawOnEmbedded(OnEmbedded on) : RawContract(on), IClassFixture<OnEmbedded>;

public sealed class RawOnMemcached(OnMemcached on) : RawContract(on), IClassFixture<OnMemcached>;

public sealed class RawOnClassicEmbedded(OnClassicEmbedded on) : RawContract(on), IClassFixture<OnClassicEmbedded>;

public sealed class RawOnClassicMemcached(OnClassicMemcached on) : RawContract(on), IClassFixture<OnClassicMemcached>;

public sealed class RawOnBinaryMemcached(OnBinaryMemcached on) : RawContract(on), IClassFixture<OnBinaryMemcached>;

public sealed class RawOnTwemproxy(OnTwemproxy on) : RawContract(on), IClassFixture<OnTwemproxy>;
