using System.Buffers;
using CsCheck;

namespace ActorCache.Tests;

/// <summary>What stands before a tagged value.</summary>
public class TagStampsTests
{
    private readonly Pool _pool = new("a");

    [Fact]
    public async Task Tags_are_stored_with_their_generations_and_read_back()
    {
        _pool["a"].Answers = request => request.Key == "~red" ? "VA 2 c1\r\n42" : "VA 1 c1\r\n7";
        var (outcome, stamps) = await TagStamps.NowAsync(_pool.Dispatcher, ["red", "grün", "red"], default);
        Assert.Equal(CacheOutcome.Hit, outcome);
        byte[] bytes = stamps!.Before(new ReadOnlySequence<byte>("value"u8.ToArray())).ToArray();
        Assert.Equal(
            [0xC7, 2, 3, .. "red"u8, 0, 0, 0, 0, 0, 0, 0, 42, 5, .. "grün"u8, 0, 0, 0, 0, 0, 0, 0, 7, .. "value"u8], bytes);

        var read = TagStamps.Read(bytes, out var length)!;
        Assert.Equal("value"u8.ToArray(), bytes[length..]);
        Assert.Equal(CacheOutcome.Hit, await read.CheckAsync(_pool.Dispatcher, default));
        _pool["a"].Answers = request => request.Key == "~red" ? "VA 2 c1\r\n43" : "VA 1 c1\r\n7";
        Assert.Equal(CacheOutcome.Miss, await read.CheckAsync(_pool.Dispatcher, default));
        _pool["a"].Answers = request => request.Key == "~red" ? "VA 2 c1\r\n42" : "EN";
        Assert.Equal(CacheOutcome.Miss, await read.CheckAsync(_pool.Dispatcher, default));
        _pool["a"].Answers = request => request.Key == "~red" ? "VA 2 c1\r\n42" : "SERVER_ERROR busy";
        Assert.Equal(CacheOutcome.ServerError, await read.CheckAsync(_pool.Dispatcher, default));
        _pool["a"].Answers = request => request.Key == "~red" ? "VA 2 c1\r\n43" : "SERVER_ERROR busy";
        Assert.Equal(CacheOutcome.Miss, await read.CheckAsync(_pool.Dispatcher, default));
    }

    [Fact]
    public async Task Tags_that_cannot_be_had_are_none()
    {
        _pool["a"].Answers = request => request.Key == "~red" ? "VA 2 c1\r\n42" : "SERVER_ERROR busy";
        Assert.Equal((CacheOutcome.ServerError, null), await TagStamps.NowAsync(_pool.Dispatcher, ["red", "green"], default));
    }

    [Fact]
    public void Any_bytes_are_tags_or_none() => Gen.Byte.Array[0, 60].Select(Gen.Int[1, 3], (bytes, count) => (byte[])[0xC7, (byte)count, .. bytes]).Sample(bytes =>
    {
        var stamps = TagStamps.Read(bytes, out var length);
        return stamps is null ? length == 0 : length <= bytes.Length;
    }, iter: 20_000);

    [Theory]
    [InlineData(new byte[0])]
    [InlineData(new byte[] { 0xC7 })]
    [InlineData(new byte[] { 0xC7, 0 })]
    [InlineData(new byte[] { 0xC7, 17, 1, 65, 0, 0, 0, 0, 0, 0, 0, 1 })]
    [InlineData(new byte[] { 0xC6, 1, 1, 65, 0, 0, 0, 0, 0, 0, 0, 1 })]
    [InlineData(new byte[] { 0xC7, 1, 1, 65, 0, 0, 0, 0, 0, 0, 0 })]
    public void What_is_cut_off_or_has_no_mark_is_none(byte[] bytes) => Assert.Null(TagStamps.Read(bytes, out _));

    [Fact]
    public async Task A_tag_off_the_wire_that_is_no_key_is_a_miss_and_nothing_is_sent()
    {
        var stamps = TagStamps.Read([0xC7, 1, 3, .. "a\r\n"u8, 0, 0, 0, 0, 0, 0, 0, 1], out _)!;
        Assert.Equal(CacheOutcome.Miss, await stamps.CheckAsync(_pool.Dispatcher, default));
        Assert.Empty(_pool["a"].Accepted);
    }

    [Fact]
    public async Task An_untagged_read_asks_for_nothing_more()
    {
        _pool["a"].Answers = _ => "VA 5 c1\r\nplain";
        Assert.Equal("plain", (await _pool.Client.GetAsync<string>("key").Soon()).Value);
        Assert.Single(_pool["a"].Accepted);
    }

    [Fact]
    public void The_longest_list_is_as_long_as_it_is_said_to_be()
    {
        byte[] tag = [250, .. new byte[250], 0, 0, 0, 0, 0, 0, 0, 1];
        byte[] all = [0xC7, TagStamps.MaxTags, .. Enumerable.Repeat(tag, TagStamps.MaxTags).SelectMany(one => one)];
        Assert.NotNull(TagStamps.Read(all, out var length));
        Assert.Equal(TagStamps.MaxBytes, length);
    }
}
