using System.Buffers;
using System.Text;

namespace ActorCache.Protocol.Tests;

/// <summary>Every request, byte by byte, as protocol.txt spells it.</summary>
public sealed class MetaRequestsTests
{
    private static readonly byte[] Key = "user:42"u8.ToArray();

    [Fact]
    public void Get_asks_for_value_key_cas_and_opaque() =>
        AssertWrites("mg user:42 v f k c O7\r\n", to => MetaRequests.Get(to, Key, 7));

    [Theory]
    [InlineData(0, "mg user:42 v f k c O65535 T0\r\n")]
    [InlineData(60, "mg user:42 v f k c O65535 T60\r\n")]
    [InlineData(int.MaxValue, "mg user:42 v f k c O65535 T2147483647\r\n")]
    public void Get_touches_when_a_time_is_given(int exptime, string line) =>
        AssertWrites(line, to => MetaRequests.Get(to, Key, 65535, exptime));

    [Theory]
    [InlineData(0, "mg user:42 k c O0 T0\r\n")]
    [InlineData(2592000, "mg user:42 k c O0 T2592000\r\n")]
    public void Touch_asks_for_no_value(int exptime, string line) => AssertWrites(line, to => MetaRequests.Touch(to, Key, 0, exptime));

    [Theory]
    [InlineData(10, null, "mg user:42 v f k c t O7 N10\r\n")]
    [InlineData(0, 0, "mg user:42 v f k c t O7 N0 R0\r\n")]
    [InlineData(int.MaxValue, int.MaxValue, "mg user:42 v f k c t O7 N2147483647 R2147483647\r\n")]
    public void Lease_asks_for_the_right_to_create_and_for_all_that_is_there(int lease, int? early, string line) =>
        AssertWrites(line, to => MetaRequests.Lease(to, Key, 7, lease, early));

    [Theory]
    [InlineData(0ul, true, 30, "md user:42 O3 I T30\r\n")]
    [InlineData(0ul, true, null, "md user:42 O3 I\r\n")]
    [InlineData(18446744073709551615ul, true, null, "md user:42 O3 I C18446744073709551615\r\n")]
    [InlineData(5ul, false, null, "md user:42 O3 C5\r\n")]
    [InlineData(0ul, false, 30, "md user:42 O3\r\n")]
    public void Invalidate_marks_or_deletes_one_version_or_any(ulong cas, bool mark, int? exptime, string line) =>
        AssertWrites(line, to => MetaRequests.Invalidate(to, Key, 3, cas, mark, exptime));

    [Fact]
    public void Touch_asks_for_the_flags_where_they_are_wanted() => AssertWrites("mg user:42 k f c O0 T60\r\n", to => MetaRequests.Touch(to, Key, 0, 60, askFlags: true));

    [Fact]
    public void A_key_in_base64_is_sent_without_its_mark_and_said_to_be_so()
    {
        byte[] key = [CacheKey.Base64Mark, .. "YSBi"u8];
        AssertWrites("mg YSBi v f k c O7 T5 b\r\n", to => MetaRequests.Get(to, key, 7, 5));
        AssertWrites("mg YSBi k c O7 T5 b\r\n", to => MetaRequests.Touch(to, key, 7, 5));
        AssertWrites("ms YSBi 2 O7 b\r\nhi\r\n", to => MetaRequests.Store(to, key, 7, Value("hi")));
        AssertWrites("md YSBi O7 b\r\n", to => MetaRequests.Delete(to, key, 7));
        AssertWrites("ma YSBi v O7 D1 b\r\n", to => MetaRequests.Arithmetic(to, key, 7, 1, decrement: false));
    }

    [Fact]
    public void Delete_carries_its_opaque() => AssertWrites("md user:42 O12\r\n", to => MetaRequests.Delete(to, Key, 12));

    [Theory]
    [InlineData(StoreMode.Set, 0, 0u, 0ul, "ms user:42 2 O9\r\nhi\r\n")]
    [InlineData(StoreMode.Set, 60, 0u, 0ul, "ms user:42 2 O9 T60\r\nhi\r\n")]
    [InlineData(StoreMode.Set, 0, 1u, 0ul, "ms user:42 2 O9 F1\r\nhi\r\n")]
    [InlineData(StoreMode.Set, 0, 0u, 1ul, "ms user:42 2 O9 C1\r\nhi\r\n")]
    [InlineData(StoreMode.Add, 0, 0u, 0ul, "ms user:42 2 O9 ME\r\nhi\r\n")]
    [InlineData(StoreMode.Replace, 0, 0u, 0ul, "ms user:42 2 O9 MR\r\nhi\r\n")]
    [InlineData(StoreMode.Append, 0, 0u, 0ul, "ms user:42 2 O9 MA\r\nhi\r\n")]
    [InlineData(StoreMode.Prepend, 0, 0u, 0ul, "ms user:42 2 O9 MP\r\nhi\r\n")]
    [InlineData(StoreMode.Replace, int.MaxValue, uint.MaxValue, ulong.MaxValue,
        "ms user:42 2 O9 T2147483647 F4294967295 C18446744073709551615 MR\r\nhi\r\n")]
    public void Store_leaves_off_what_is_default(StoreMode mode, int exptime, uint flags, ulong cas, string bytes) =>
        AssertWrites(bytes, to => MetaRequests.Store(to, Key, 9, Value("hi"), mode, exptime, flags, cas));

    [Fact]
    public void An_empty_value_is_a_block_of_nothing() =>
        AssertWrites("ms user:42 0 O1\r\n\r\n", to => MetaRequests.Store(to, Key, 1, ReadOnlySequence<byte>.Empty));

    [Fact]
    public void Any_bytes_may_be_a_value()
    {
        var value = Enumerable.Range(0, 256).Select(b => (byte)b).Concat("\r\nEND\r\nVALUE x 0 1\r\nmn\r\n"u8.ToArray()).ToArray();
        var output = new ArrayBufferWriter<byte>();

        MetaRequests.Store(output, Key, 1, new ReadOnlySequence<byte>(value));

        var head = Encoding.ASCII.GetBytes($"ms user:42 {value.Length} O1\r\n");
        Assert.Equal([.. head, .. value, .. "\r\n"u8], output.WrittenSpan.ToArray());
    }

    [Fact]
    public void A_value_in_pieces_is_written_as_in_one()
    {
        var random = new Random(42);
        var value = new byte[10_000];
        random.NextBytes(value);
        var whole = new ArrayBufferWriter<byte>();
        MetaRequests.Store(whole, Key, 1, new ReadOnlySequence<byte>(value));

        for (var pieces = 2; pieces < 50; pieces++)
        {
            var cuts = Enumerable.Range(0, pieces - 1).Select(_ => random.Next(value.Length + 1)).Order().ToArray();
            var output = new ArrayBufferWriter<byte>();
            MetaRequests.Store(output, Key, 1, Segments.Of(value, cuts));
            Assert.True(whole.WrittenSpan.SequenceEqual(output.WrittenSpan), $"cut at {string.Join(' ', cuts)}");
        }
    }

    [Fact]
    public void A_mode_that_does_not_exist_is_refused_and_nothing_is_written() => AssertRefusesWithoutWriting<ArgumentOutOfRangeException>(
        "mode", to => MetaRequests.Store(to, Key, 1, Value("x"), (StoreMode)17));

    [Theory]
    [InlineData(1ul, false, null, null, "ma user:42 v O3 D1\r\n")]
    [InlineData(5ul, true, null, null, "ma user:42 v O3 D5 MD\r\n")]
    [InlineData(0ul, false, null, null, "ma user:42 v O3 D0\r\n")]
    [InlineData(ulong.MaxValue, false, null, null, "ma user:42 v O3 D18446744073709551615\r\n")]
    [InlineData(1ul, false, null, 60, "ma user:42 v O3 D1 T60\r\n")]
    [InlineData(1ul, false, 0ul, null, "ma user:42 v O3 D1 N0 J0\r\n")]
    [InlineData(1ul, true, 10ul, 60, "ma user:42 v O3 D1 MD N60 J10\r\n")]
    [InlineData(ulong.MaxValue, true, ulong.MaxValue, int.MaxValue,
        "ma user:42 v O3 D18446744073709551615 MD N2147483647 J18446744073709551615\r\n")]
    public void Arithmetic_creates_only_when_a_beginning_is_given(ulong delta, bool down, ulong? initial, int? exptime, string line) =>
        AssertWrites(line, to => MetaRequests.Arithmetic(to, Key, 3, delta, down, initial, exptime));

    [Fact]
    public void The_requests_without_a_key_are_fixed_words()
    {
        AssertWrites("mn\r\n", MetaRequests.NoOp);
        AssertWrites("version\r\n", MetaRequests.Version);
        AssertWrites("stats\r\n", to => MetaRequests.Stats(to));
        AssertWrites("stats settings\r\n", to => MetaRequests.Stats(to, "settings"));
        AssertWrites("flush_all\r\n", to => MetaRequests.FlushAll(to));
        AssertWrites("flush_all 4294967295\r\n", to => MetaRequests.FlushAll(to, uint.MaxValue));
    }

    [Theory]
    [InlineData("")]
    [InlineData("items reset")]
    [InlineData("items\r\nflush_all")]
    [InlineData("items\n")]
    [InlineData("a\tb")]
    [InlineData("a\0")]
    [InlineData("\u007f")]
    [InlineData("größe")]
    public void A_stats_argument_that_is_not_one_plain_word_is_refused_and_nothing_is_written(string argument) =>
        AssertRefusesWithoutWriting<ArgumentException>("argument", to => MetaRequests.Stats(to, argument));

    [Fact]
    public void A_stats_argument_has_64_characters_at_most()
    {
        AssertWrites($"stats {new string('s', 64)}\r\n", to => MetaRequests.Stats(to, new string('s', 64)));
        AssertRefusesWithoutWriting<ArgumentException>("argument", to => MetaRequests.Stats(to, new string('s', 65)));
    }

    [Fact]
    public void The_longest_head_fits_what_a_request_asks_of_its_buffer()
    {
        var key = Encoding.ASCII.GetBytes(new string('k', CacheKey.MaxLength));
        var exact = new ExactWriter();

        MetaRequests.Get(exact, key, ushort.MaxValue, int.MinValue);
        MetaRequests.Touch(exact, key, ushort.MaxValue, int.MinValue);
        MetaRequests.Delete(exact, key, ushort.MaxValue);
        MetaRequests.Store(exact, key, ushort.MaxValue, Value("x"), StoreMode.Prepend, int.MinValue, uint.MaxValue, ulong.MaxValue);
        MetaRequests.Arithmetic(exact, key, ushort.MaxValue, ulong.MaxValue, true, ulong.MaxValue, int.MinValue);
        MetaRequests.FlushAll(exact, uint.MaxValue);

        Assert.Equal(6 + 1, exact.Lines);
    }

    [Fact]
    public void Writing_requests_allocates_nothing()
    {
        var output = new ArrayBufferWriter<byte>(1 << 20);
        var value = Value("a value");
        Assert.Equal(0, Allocated.By(() =>
        {
            for (var i = 0; i < 1_000; i++) Write();
        }));

        void Write()
        {
            MetaRequests.Get(output, Key, 1);
            MetaRequests.Store(output, Key, 2, value, StoreMode.Add, 60, 1, 2);
            MetaRequests.Arithmetic(output, Key, 3, 1, false, 0, 60);
            MetaRequests.NoOp(output);
            output.ResetWrittenCount();
        }
    }

    private static ReadOnlySequence<byte> Value(string text) => new(Encoding.UTF8.GetBytes(text));

    private static void AssertWrites(string bytes, Action<IBufferWriter<byte>> write)
    {
        var output = new ArrayBufferWriter<byte>();
        write(output);
        Assert.Equal(bytes, Encoding.Latin1.GetString(output.WrittenSpan));
    }

    private static void AssertRefusesWithoutWriting<TException>(string parameter, Action<IBufferWriter<byte>> write)
        where TException : ArgumentException
    {
        var output = new ArrayBufferWriter<byte>();
        Assert.Throws<TException>(parameter, () => write(output));
        Assert.Equal(0, output.WrittenCount);
    }
}
