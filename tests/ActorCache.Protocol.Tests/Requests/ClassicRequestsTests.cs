using System.Buffers;
using System.Text;

namespace ActorCache.Protocol.Tests;

/// <summary>Every classic request, byte by byte, as protocol.txt spells it.</summary>
public sealed class ClassicRequestsTests
{
    private static readonly byte[] Key = "user:42"u8.ToArray();

    [Theory]
    [InlineData(true, null, "gets user:42\r\n")]
    [InlineData(false, null, "get user:42\r\n")]
    [InlineData(true, 0, "gats 0 user:42\r\n")]
    [InlineData(true, int.MaxValue, "gats 2147483647 user:42\r\n")]
    [InlineData(false, 60, "gat 60 user:42\r\n")]
    public void Get_has_four_spellings(bool withCas, int? exptime, string line) => AssertWrites(line, to => ClassicRequests.Get(to, Key, withCas, exptime));

    [Fact]
    public void A_probe_is_a_get_of_the_key_that_nobody_stores()
    {
        AssertWrites("get actorcache-probe\r\n", ClassicRequests.Probe);
        AssertWrites("get actorcache-probe\r\n", to => ClassicRequests.Get(to, ClassicRequests.ProbeKey, withCas: false));
        CacheKey.Check(ClassicRequests.ProbeKey);
    }

    [Fact]
    public void Touch_and_delete_are_a_line()
    {
        AssertWrites("touch user:42 60\r\n", to => ClassicRequests.Touch(to, Key, 60));
        AssertWrites("delete user:42\r\n", to => ClassicRequests.Delete(to, Key));
    }

    [Theory]
    [InlineData(StoreMode.Set, 0, 0u, 0ul, "set user:42 0 0 2\r\nhi\r\n")]
    [InlineData(StoreMode.Set, 60, 1u, 0ul, "set user:42 1 60 2\r\nhi\r\n")]
    [InlineData(StoreMode.Add, 0, 0u, 0ul, "add user:42 0 0 2\r\nhi\r\n")]
    [InlineData(StoreMode.Replace, 0, 0u, 0ul, "replace user:42 0 0 2\r\nhi\r\n")]
    [InlineData(StoreMode.Append, 0, 0u, 0ul, "append user:42 0 0 2\r\nhi\r\n")]
    [InlineData(StoreMode.Prepend, 0, 0u, 0ul, "prepend user:42 0 0 2\r\nhi\r\n")]
    [InlineData(StoreMode.Set, int.MaxValue, uint.MaxValue, ulong.MaxValue, "cas user:42 4294967295 2147483647 2 18446744073709551615\r\nhi\r\n")]
    [InlineData(StoreMode.Replace, 0, 0u, 7ul, "cas user:42 0 0 2 7\r\nhi\r\n")]
    public void Store_is_the_modes_own_command_or_cas(StoreMode mode, int exptime, uint flags, ulong cas, string bytes) =>
        AssertWrites(bytes, to => ClassicRequests.Store(to, Key, Value("hi"), mode, exptime, flags, cas));

    [Fact]
    public void An_empty_value_is_a_block_of_nothing() =>
        AssertWrites("set user:42 0 0 0\r\n\r\n", to => ClassicRequests.Store(to, Key, ReadOnlySequence<byte>.Empty));

    [Fact]
    public void A_value_in_pieces_is_written_as_in_one() => AssertWrites(
        "set user:42 0 0 9\r\nin pieces\r\n", to => ClassicRequests.Store(to, Key, Segments.Of("in pieces"u8.ToArray(), 2, 2, 5)));

    [Theory]
    [InlineData(StoreMode.Add)]
    [InlineData(StoreMode.Append)]
    [InlineData(StoreMode.Prepend)]
    public void A_version_beside_a_mode_that_has_none_is_refused_and_nothing_is_written(StoreMode mode)
    {
        Assert.False(ClassicRequests.HasCas(mode));
        var output = new ArrayBufferWriter<byte>();
        Assert.Throws<ArgumentException>(nameof(mode), () => ClassicRequests.Store(output, Key, Value("x"), mode, cas: 1));
        Assert.Throws<ArgumentOutOfRangeException>(nameof(mode), () => ClassicRequests.Store(output, Key, Value("x"), (StoreMode)17));
        Assert.Equal(0, output.WrittenCount);
    }

    [Theory]
    [InlineData(1ul, false, "incr user:42 1\r\n")]
    [InlineData(0ul, true, "decr user:42 0\r\n")]
    [InlineData(ulong.MaxValue, true, "decr user:42 18446744073709551615\r\n")]
    public void Arithmetic_is_up_or_down(ulong delta, bool down, string line) => AssertWrites(line, to => ClassicRequests.Arithmetic(to, Key, delta, down));

    [Fact]
    public void The_longest_head_fits_what_a_request_asks_of_its_buffer()
    {
        var key = Encoding.ASCII.GetBytes(new string('k', CacheKey.MaxLength));
        var exact = new ExactWriter();

        ClassicRequests.Get(exact, key, exptime: int.MinValue);
        ClassicRequests.Touch(exact, key, int.MinValue);
        ClassicRequests.Delete(exact, key);
        ClassicRequests.Arithmetic(exact, key, ulong.MaxValue, true);
        ClassicRequests.Store(exact, key, Value("x"), StoreMode.Prepend, int.MinValue, uint.MaxValue);
        ClassicRequests.Store(exact, key, new ReadOnlySequence<byte>(new byte[1 << 20]), StoreMode.Replace, int.MinValue, uint.MaxValue, ulong.MaxValue);

        Assert.Equal(6 + 2, exact.Lines);
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
            ClassicRequests.Get(output, Key);
            ClassicRequests.Store(output, Key, value, StoreMode.Set, 60, 1, 2);
            ClassicRequests.Arithmetic(output, Key, 1, false);
            ClassicRequests.Probe(output);
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
}
