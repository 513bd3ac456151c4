using System.Buffers;
using Microsoft.Extensions.Caching.Distributed;

namespace ActorCache.Caching.Tests.Entries;

/// <summary>Entries that arrive in any pieces, with any hints of how much is to come.</summary>
public sealed class EntryReaderTests
{
    private static readonly DateTimeOffset Now = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void However_it_is_cut_the_value_gets_through_and_its_header_does_not(bool slides)
    {
        var options = new DistributedCacheEntryOptions { AbsoluteExpirationRelativeToNow = TimeSpan.FromHours(1) };
        if (slides) options.SlidingExpiration = TimeSpan.FromMinutes(1);
        byte[] value = [.. Enumerable.Range(0, 40).Select(n => (byte)n)];
        byte[] bytes = Entry.From(options, Now, out _).Before(new ReadOnlySequence<byte>(value)).ToArray();
        for (var piece = 1; piece <= bytes.Length; piece++)
        {
            foreach (var hint in new[] { 0, piece, 100 })
            {
                var arrived = new ArrayBufferWriter<byte>();
                var reader = new EntryReader(arrived, Now);
                Write(reader, bytes, piece, hint);
                Assert.True(reader.TryGet(out var entry));
                Assert.Equal(slides ? new Entry(60, Now.AddHours(1)) : new Entry(0, DateTimeOffset.MaxValue), entry);
                Assert.Equal(value, arrived.WrittenSpan.ToArray());
            }
        }
    }

    [Theory]
    [InlineData(new byte[0])]
    [InlineData(new byte[] { 0x7b, 0x7d })]
    [InlineData(new byte[] { 0xb5, 0, 0, 0 })]
    [InlineData(new byte[] { 0xb5, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1 })]
    [InlineData(new byte[] { 0xb5, 0, 0, 0, 1, 255, 255, 255, 255, 255, 255, 255, 255, 1 })]
    [InlineData(new byte[] { 0xb5, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 1 })] // over since 1970
    public void What_was_not_written_here_or_is_over_does_not_get_through(byte[] bytes)
    {
        for (var piece = 1; piece <= bytes.Length + 1; piece++)
        {
            var arrived = new ArrayBufferWriter<byte>();
            var reader = new EntryReader(arrived, Now);
            Write(reader, bytes, piece, hint: 0);
            Assert.False(reader.TryGet(out _));
            Assert.Equal(0, arrived.WrittenCount);
        }
    }

    private static void Write(EntryReader reader, ReadOnlySpan<byte> bytes, int piece, int hint)
    {
        while (!bytes.IsEmpty)
        {
            var room = reader.GetSpan(hint);
            Assert.True(room.Length >= Math.Max(1, hint));
            var length = Math.Min(Math.Min(piece, bytes.Length), room.Length);
            bytes[..length].CopyTo(room);
            reader.Advance(length);
            bytes = bytes[length..];
        }
    }
}
