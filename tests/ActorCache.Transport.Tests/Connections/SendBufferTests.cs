using System.Buffers;
using CsCheck;

namespace ActorCache.Transport.Tests;

/// <summary>What is written is what is sent; what is taken back never was; a burst's memory is given back.</summary>
public sealed class SendBufferTests
{
    private static readonly Gen<byte[]> Pieces = Gen.Int[0, 3_000].Select(
        Gen.Byte, (length, first) => Enumerable.Range(first, length).Select(b => (byte)b).ToArray());

    // memcached forgets what it has left in a TLS record that begins within a request.
    [Fact]
    public void Its_pieces_begin_and_end_with_requests_and_are_small_but_for_a_large_one() =>
        Gen.Int[1, 40_000].Array[1, 60].Sample(lengths =>
        {
            var buffer = new SendBuffer();
            for (var turn = 0; turn < 2; turn++)
            {
                var ends = new List<int> { 0 };
                foreach (var length in lengths)
                {
                    buffer.Write(new byte[length]);
                    buffer.EndRequest(ends[^1]);
                    ends.Add(buffer.Length);
                }
                var at = 0;
                for (var i = 0; i < buffer.Pieces; i++)
                {
                    var (first, piece) = (ends.IndexOf(at), buffer.Piece(i).Length);
                    Assert.Equal(buffer.Written.Slice(at, piece), buffer.Piece(i));
                    at += piece;
                    Assert.True(piece <= 16_000 || ends.IndexOf(at) == first + 1, $"{piece} bytes of several requests");
                    Assert.Contains(at, ends);
                }
                Assert.Equal(buffer.Length, at);
                buffer.Clear();
            }
        }, iter: 500);

    [Fact]
    public void Whatever_is_written_and_taken_back_the_content_is_that_of_a_list() =>
        Gen.Select(Gen.Int[0, 9], Pieces).Array[1, 60].Sample(
            steps =>
            {
                var buffer = new SendBuffer();
                var model = new List<byte>();
                foreach (var (what, bytes) in steps)
                {
                    if (what == 0)
                    {
                        buffer.Clear();
                        model.Clear();
                    }
                    else if (what == 1)
                    {
                        var length = bytes.Length % (model.Count + 1);
                        buffer.Truncate(length);
                        model.RemoveRange(length, model.Count - length);
                    }
                    else if (what == 2)
                    {
                        buffer.Shrink();
                    }
                    else if (what < 6)
                    {
                        buffer.Write(bytes);
                        model.AddRange(bytes);
                    }
                    else
                    {
                        bytes.CopyTo(what % 2 == 0 ? buffer.GetSpan(bytes.Length) : buffer.GetMemory(bytes.Length).Span);
                        buffer.Advance(bytes.Length);
                        model.AddRange(bytes);
                    }
                    Assert.Equal(model.Count, buffer.Length);
                }
                Assert.True(model.ToArray().AsSpan().SequenceEqual(buffer.Written.Span));
            },
            iter: 1_000);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4_096)]
    [InlineData(5_000_000)]
    public void It_lends_at_least_what_is_asked_and_never_nothing(int size)
    {
        var buffer = new SendBuffer();
        buffer.Write(new byte[4_095]);

        Assert.True(buffer.GetSpan(size).Length >= Math.Max(1, size));
        Assert.True(buffer.GetMemory(size).Length >= Math.Max(1, size));
    }

    [Fact]
    public void A_burst_is_given_back_once_it_is_empty_and_a_little_is_kept()
    {
        var buffer = new SendBuffer();
        buffer.Write(new byte[60_000]);
        buffer.Clear();
        buffer.Shrink();
        Assert.True(buffer.GetSpan().Length >= 60_000);

        buffer.Write(new byte[1_000_000]);
        buffer.Shrink();
        Assert.Equal(1_000_000, buffer.Written.Length);
        buffer.Clear();
        buffer.Shrink();

        Assert.Equal(4_096, buffer.GetSpan().Length);
    }
}
