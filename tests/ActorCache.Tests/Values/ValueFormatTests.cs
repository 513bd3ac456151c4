using System.Buffers;
using System.Text;
using System.Text.Json;
using CsCheck;

namespace ActorCache.Tests;

/// <summary>Values as one cache stores them: bytes and flags, there and back, and what is not to be believed.</summary>
public class ValueFormatTests
{
    private static readonly string Long = string.Concat(Enumerable.Repeat("hello world ", 1000));

    public sealed record Person(string Name, int Age);

    public static TheoryData<FlagConvention, string> Formats()
    {
        var formats = new TheoryData<FlagConvention, string>();
        foreach (var convention in Enum.GetValues<FlagConvention>())
        {
            foreach (var compression in ValueFormat.CompressionNames([])) formats.Add(convention, compression);
        }
        return formats;
    }

    [Theory, MemberData(nameof(Formats))]
    public void What_is_stored_comes_back_whatever_it_is_and_whoever_reads(FlagConvention convention, string compression)
    {
        var writer = Format(convention, compression);
        var reader = Format(convention);
        Gen.String.Where(text => !text.Any(char.IsSurrogate)).Select(Gen.Int[0, 100], (text, times) => string.Concat(Enumerable.Repeat(text, times)))
            .Sample(text => Back<string>(reader, Stored(writer, text)) == text, iter: 200);
        Gen.Byte.Array[0, 3000].Sample(bytes => Back<byte[]>(reader, Stored(writer, bytes)).AsSpan().SequenceEqual(bytes), iter: 200);
        Gen.Long.Sample(number => Back<long>(reader, Stored(writer, number)) == number, iter: 200);
        Gen.ULong.Sample(number => Back<ulong>(reader, Stored(writer, number)) == number, iter: 200);
        foreach (var person in new[] { new Person("Ada", 36), new Person(Long, 0) }) Assert.Equal(person, Back<Person>(reader, Stored(writer, person)));
        foreach (var number in new[] { 1.5, double.MaxValue }) Assert.Equal(number, Back<double>(reader, Stored(writer, number)));
        Assert.True(Back<bool>(reader, Stored(writer, true)));
        Assert.False(Back<bool>(reader, Stored(writer, false)));
    }

    [Fact]
    public void By_default_no_flag_is_set()
    {
        Assert.Equal(0u, Stored(Format(), Long).Flags);
        Assert.Equal(0u, Stored(Format(), new byte[10_000]).Flags);
        Assert.Equal(0u, Stored(Format(), 17).Flags);
        Assert.Equal(0u, Stored(Format(), new Person(Long, 1)).Flags);
    }

    [Theory]
    [InlineData(FlagConvention.Plain, "Deflate", 0x0001_0000)]
    [InlineData(FlagConvention.Plain, "brotli", 0x0002_0000)]
    [InlineData(FlagConvention.Python, "None", 16)]
    [InlineData(FlagConvention.Python, "Deflate", 16 + 8)]
    [InlineData(FlagConvention.Python, "Brotli", 0x0002_0000 + 16)]
    [InlineData(FlagConvention.Php, "None", 0)]
    [InlineData(FlagConvention.Php, "Deflate", 16 + 32)]
    public void A_text_has_the_flags_that_say_how_it_is_stored(FlagConvention convention, string compression, uint flags) =>
        Assert.Equal(flags, Stored(Format(convention, compression), Long).Flags);

    [Fact]
    public void Only_what_gets_shorter_and_is_long_enough_is_compressed()
    {
        var format = Format(compression: "Deflate", threshold: 100);
        Assert.Equal(0u, Stored(format, new string('x', 99)).Flags);
        Assert.NotEqual(0u, Stored(format, new string('x', 100)).Flags);
        var noise = new byte[5000];
        new Random(1).NextBytes(noise);
        var stored = Stored(format, noise);
        Assert.Equal(0u, stored.Flags);
        Assert.Equal(noise, stored.Bytes);
    }

    [Theory]
    [InlineData(StoreMode.Append)]
    [InlineData(StoreMode.Prepend)]
    public void What_is_put_to_other_bytes_is_not_compressed(StoreMode mode)
    {
        var store = new StoreOperation { Mode = mode };
        Format(compression: "Deflate").Encode(Long, store);
        Assert.Equal(0u, store.ClientFlags);
        Assert.Equal(Long, Encoding.UTF8.GetString(store.Value.ToArray()));
    }

    [Theory]
    [InlineData("Deflate")]
    [InlineData("Brotli")]
    public void Raw_bytes_in_pieces_are_compressed_too(string compression)
    {
        var bytes = Encoding.UTF8.GetBytes(Long);
        var first = new Piece(bytes.AsMemory(0, 5), 0);
        var last = first.Then(bytes.AsMemory(5));
        var store = new StoreOperation();
        Format(compression: compression).Encode(new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length), store);
        Assert.InRange(store.Value.Length, 1, 1000);
        var back = Format().Decode(store.ClientFlags, store.Value.ToArray(), out var memory).ToArray();
        memory!.Dispose();
        Assert.Equal(bytes, back);
    }

    [Theory, MemberData(nameof(Formats))]
    public void A_value_that_was_damaged_is_refused(FlagConvention convention, string compression)
    {
        var stored = Stored(Format(convention, compression), Long);
        if (stored.Bytes.Length == Long.Length) return; // Not compressed: any bytes are a text.
        var format = Format(convention);
        for (var length = 0; length < stored.Bytes.Length; length++) Refuses(() => Back<string>(format, stored with { Bytes = stored.Bytes[..length] }));
        // As append and prepend would leave it.
        Refuses(() => Back<string>(format, stored with { Bytes = [.. stored.Bytes, .. "more"u8] }));
        Refuses(() => Back<string>(format, stored with { Bytes = [.. "more"u8, .. stored.Bytes] }));
    }

    // S4: a kilobyte can be a gigabyte.
    [Theory, MemberData(nameof(Formats))]
    public void A_bomb_is_refused_before_it_goes_off(FlagConvention convention, string compression)
    {
        var stored = Stored(Format(convention, compression), new byte[20 << 20]);
        if (stored.Bytes.Length == 20 << 20) return;
        var format = Format(convention, limit: 100_000);
        Refuses(() => Back<byte[]>(format, stored));
        var before = GC.GetAllocatedBytesForCurrentThread();
        var refused = Assert.Throws<CacheValueException>(() => Back<byte[]>(format, stored));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
        Assert.Contains("100000 bytes, MaxDecompressedBytes", refused.Message, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Formats))]
    public void The_longest_that_is_allowed_comes_back(FlagConvention convention, string compression)
    {
        var stored = Stored(Format(convention, compression), new byte[100_000]);
        Assert.Equal(100_000, Back<byte[]>(Format(convention, limit: 100_000), stored).Length);
    }

    [Theory]
    [InlineData(0x0030_0000u, "The value was written by the serializer 3, which this cache does not have; set it as Serializer in the options.")]
    [InlineData(0x0007_0000u, "The value was compressed by the compressor 7, which this cache does not have; add it to Compressors in the options.")]
    [InlineData(0x1000_0000u, "The client flags 0x10000000 of the value have no meaning here: another client, or a newer one, has written it.")]
    [InlineData(0xf000_0000u, "The client flags 0xf0000000 of the value have no meaning here: another client, or a newer one, has written it.")]
    public void Flags_of_no_meaning_are_named(uint flags, string message) =>
        Assert.Equal(message, Assert.Throws<CacheValueException>(() => Format().Decode<string>(flags, "x"u8)).Message);

    [Fact]
    public void The_low_flags_are_not_looked_at_unless_a_convention_is_chosen() => Gen.UInt[0, 0xffff].Sample(flags => Format().Decode<string>(flags, "text"u8) == "text");

    [Fact]
    public void Any_flags_and_any_bytes_are_read_or_refused_and_nothing_else()
    {
        foreach (var convention in Enum.GetValues<FlagConvention>())
        {
            var format = Format(convention, limit: 100_000);
            Gen.UInt.Select(Gen.UInt, (one, two) => one & two).Select(Gen.Byte.Array[0, 200]).Sample(stored =>
            {
                try
                {
                    format.Decode<byte[]>(stored.Item1, stored.Item2);
                    format.Decode<string>(stored.Item1, stored.Item2);
                    format.Decode<int>(stored.Item1, stored.Item2);
                    format.Decode<Person>(stored.Item1, stored.Item2);
                }
                catch (Exception e) when (e is CacheValueException or FormatException or OverflowException or JsonException)
                {
                }
            }, iter: 10_000);
        }
    }

    [Fact]
    public void A_serializer_of_ones_own_writes_and_is_named_in_the_flags_and_JSON_is_read_beside_it()
    {
        var own = new ValueFormat(new ActorCacheOptions { Serializer = new Reversed() });
        var stored = Stored(own, new Person("Ada", 36));
        Assert.Equal(ValueFlags.OfSerializer(9), stored.Flags);
        Assert.Equal(new Person("Ada", 36), Back<Person>(own, stored));
        Assert.Equal(new Person("Ada", 36), Back<Person>(own, Stored(Format(), new Person("Ada", 36))));
        Assert.Equal(stored.Bytes, Back<byte[]>(own, stored));
        Refuses(() => Back<string>(own, stored));
        // Text and integers are no concern of a serializer's.
        Assert.Equal((0u, "17"), (Stored(own, 17).Flags, Encoding.UTF8.GetString(Stored(own, 17).Bytes)));
    }

    private static ValueFormat Format(FlagConvention convention = FlagConvention.Plain, string compression = "None", int threshold = 0, int limit = 64 << 20) => new(
        new ActorCacheOptions { FlagConvention = convention, Compression = compression, CompressionThreshold = threshold, MaxDecompressedBytes = limit });

    private static (uint Flags, byte[] Bytes) Stored<T>(ValueFormat format, T value)
    {
        var store = new StoreOperation();
        format.Encode(value, store);
        return (store.ClientFlags, store.Value.ToArray());
    }

    private static T Back<T>(ValueFormat format, (uint Flags, byte[] Bytes) stored) => format.Decode<T>(stored.Flags, stored.Bytes);

    private static void Refuses(Action read) => Assert.Throws<CacheValueException>(read);

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

    private sealed class Reversed : ICacheSerializer
    {
        public int Id => 9;

        public void Serialize<T>(T value, IBufferWriter<byte> output)
        {
            var bytes = JsonSerializer.SerializeToUtf8Bytes(value);
            Array.Reverse(bytes);
            output.Write(bytes);
        }

        public T Deserialize<T>(ReadOnlySpan<byte> bytes)
        {
            var copy = bytes.ToArray();
            Array.Reverse(copy);
            return JsonSerializer.Deserialize<T>(copy)!;
        }
    }
}
