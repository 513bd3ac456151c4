using System.Buffers;
using System.Text;

namespace ActorCache.Protocol.Tests;

/// <summary>Every binary request, byte by byte; the first ones are the examples that the specification gives, in its own hexadecimal.</summary>
public sealed class BinaryRequestsTests
{
    private const ushort Opaque = 0x0102;
    private static readonly byte[] Hello = "Hello"u8.ToArray();

    [Fact]
    public void The_examples_of_the_specification_are_written_as_it_has_them()
    {
        AssertHex("800C0005 00000000 00000005 00000000 00000000 00000000 48656C6C 6F", to => BinaryRequests.Get(to, Hello, 0));
        AssertHex("80020005 08000000 00000012 00000000 00000000 00000000 DEADBEEF 00000E10 48656C6C 6F576F72 6C64",
            to => BinaryRequests.Store(to, Hello, 0, Value("World"), StoreMode.Add, exptime: 3600, clientFlags: 0xdeadbeef));
        AssertHex("80040005 00000000 00000005 00000000 00000000 00000000 48656C6C 6F", to => BinaryRequests.Delete(to, Hello, 0));
        AssertHex("80050007 14000000 0000001B 00000000 00000000 00000000 00000000 00000001 00000000 00000000 00000E10 636F756E 746572",
            to => BinaryRequests.Arithmetic(to, "counter"u8, 0, 1, decrement: false, initial: 0, exptime: 3600));
        AssertHex("80080000 04000000 00000004 00000000 00000000 00000000 00000E10", to => BinaryRequests.FlushAll(to, 0, 3600));
        AssertHex("800A0000 00000000 00000000 00000000 00000000 00000000", to => BinaryRequests.NoOp(to, 0));
        AssertHex("800B0000 00000000 00000000 00000000 00000000 00000000", to => BinaryRequests.Version(to, 0));
        AssertHex("800E0005 00000000 00000006 00000000 00000000 00000000 48656C6C 6F21", to => BinaryRequests.Store(to, Hello, 0, Value("!"), StoreMode.Append));
        AssertHex("80100000 00000000 00000000 00000000 00000000 00000000", to => BinaryRequests.Stats(to, 0));
    }

    [Fact]
    public void A_get_that_touches_a_touch_and_every_other_request_carry_the_opaque()
    {
        AssertWrites(BinaryFrame.Request(BinaryFrame.GetK, Opaque, "Hello"), to => BinaryRequests.Get(to, Hello, Opaque));
        AssertWrites(BinaryFrame.Request(BinaryFrame.GatK, Opaque, "Hello", extras: "\u007f\u00ff\u00ff\u00ff"), to => BinaryRequests.Get(to, Hello, Opaque, int.MaxValue));
        AssertWrites(BinaryFrame.Request(BinaryFrame.Touch, Opaque, "Hello", extras: "\0\0\0\u003c"), to => BinaryRequests.Touch(to, Hello, Opaque, 60));
        AssertWrites(BinaryFrame.Request(BinaryFrame.Delete, Opaque, "Hello"), to => BinaryRequests.Delete(to, Hello, Opaque));
        AssertWrites(BinaryFrame.Request(BinaryFrame.Stat, Opaque, "settings"), to => BinaryRequests.Stats(to, Opaque, "settings"));
        AssertWrites(BinaryFrame.Request(BinaryFrame.Flush, Opaque), to => BinaryRequests.FlushAll(to, Opaque));
        AssertWrites(BinaryFrame.Request(BinaryFrame.NoOp, ushort.MaxValue), to => BinaryRequests.NoOp(to, ushort.MaxValue));
        AssertWrites(BinaryFrame.Request(BinaryFrame.Version, 0), to => BinaryRequests.Version(to, 0));
    }

    [Theory]
    [InlineData(StoreMode.Set, BinaryFrame.Set, 0ul)]
    [InlineData(StoreMode.Add, BinaryFrame.Add, 0ul)]
    [InlineData(StoreMode.Replace, BinaryFrame.Replace, 0ul)]
    [InlineData(StoreMode.Set, BinaryFrame.Set, ulong.MaxValue)]
    [InlineData(StoreMode.Replace, BinaryFrame.Set, 7ul)]
    public void A_store_is_the_modes_own_command_with_flags_and_expiration(StoreMode mode, int opcode, ulong cas) => AssertWrites(
        BinaryFrame.Request(opcode, Opaque, "Hello", BinaryFrame.Number(uint.MaxValue, 4) + BinaryFrame.Number(60, 4), "hi\r\n", cas),
        to => BinaryRequests.Store(to, Hello, Opaque, Value("hi\r\n"), mode, 60, uint.MaxValue, cas));

    [Theory]
    [InlineData(StoreMode.Append, BinaryFrame.Append, 0ul)]
    [InlineData(StoreMode.Append, BinaryFrame.Append, 7ul)]
    [InlineData(StoreMode.Prepend, 0x0f, 7ul)]
    public void What_is_put_beside_a_value_has_neither_flags_nor_expiration(StoreMode mode, int opcode, ulong cas) => AssertWrites(
        BinaryFrame.Request(opcode, Opaque, "Hello", value: "hi", cas: cas), to => BinaryRequests.Store(to, Hello, Opaque, Value("hi"), mode, 60, 9, cas));

    [Fact]
    public void A_value_in_pieces_is_written_as_in_one() => AssertWrites(
        BinaryFrame.Request(BinaryFrame.Set, 0, "Hello", new string('\0', 8), "in pieces"), to => BinaryRequests.Store(to, Hello, 0, Segments.Of("in pieces"u8.ToArray(), 2, 2, 5)));

    [Fact]
    public void An_Add_has_no_version_and_one_beside_it_is_refused_before_anything_is_written()
    {
        Assert.Equal([StoreMode.Add], Enum.GetValues<StoreMode>().Where(mode => !BinaryRequests.HasCas(mode)));
        AssertRefused<ArgumentException>(to => BinaryRequests.Store(to, Hello, 0, Value("x"), StoreMode.Add, cas: 7));
        AssertRefused<ArgumentOutOfRangeException>(to => BinaryRequests.Store(to, Hello, 0, Value("x"), (StoreMode)9));
    }

    [Theory]
    [InlineData(ulong.MaxValue, false, null, 0, BinaryFrame.Increment, ulong.MaxValue, 0ul, uint.MaxValue)]
    [InlineData(5, true, null, 60, 0x06, 5, 0ul, uint.MaxValue)]
    [InlineData(5, false, 0ul, 0, BinaryFrame.Increment, 5, 0ul, 0u)]
    [InlineData(5, true, ulong.MaxValue, int.MaxValue, 0x06, 5, ulong.MaxValue, (uint)int.MaxValue)]
    public void A_counter_is_created_only_with_a_beginning(ulong delta, bool decrement, ulong? initial, int exptime, int opcode, ulong by, ulong start, uint expiration) => AssertWrites(
        BinaryFrame.Request(opcode, Opaque, "Hello", BinaryFrame.Number(by, 8) + BinaryFrame.Number(start, 8) + BinaryFrame.Number(expiration, 4)),
        to => BinaryRequests.Arithmetic(to, Hello, Opaque, delta, decrement, initial, exptime));

    [Fact]
    public void Who_is_there_is_said_by_SASL_PLAIN()
    {
        AssertWrites(BinaryFrame.Request(BinaryFrame.SaslList, Opaque), to => BinaryRequests.Mechanisms(to, Opaque));
        AssertWrites(BinaryFrame.Request(BinaryFrame.SaslAuth, Opaque, "PLAIN", value: "\0ada\0open sesame\r\n"), to => BinaryRequests.Authenticate(to, Opaque, "ada", "open sesame\r\n"));
        AssertWrites(BinaryFrame.Request(BinaryFrame.SaslAuth, Opaque, "PLAIN", value: "\0\u00c3\u00a9\0"), to => BinaryRequests.Authenticate(to, Opaque, "é", ""));
        AssertWrites(BinaryFrame.Request(BinaryFrame.SaslAuth, Opaque, "PLAIN", value: "\0a\0" + new string('p', 5000)), to => BinaryRequests.Authenticate(to, Opaque, "a", new string('p', 5000)));
    }

    // A zero byte would make a name of a part of the password, or let the name act for another one.
    [Theory]
    [InlineData("", "SECRET")]
    [InlineData("ada\0root", "SECRET")]
    [InlineData("ada", "\0SECRET")]
    public void A_name_or_password_that_PLAIN_cannot_say_is_refused_unseen(string username, string password)
    {
        var refusal = AssertRefused<ArgumentException>(to => BinaryRequests.Authenticate(to, 0, username, password));
        Assert.DoesNotContain("SECRET", refusal.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void So_is_a_lone_surrogate()
    {
        A_name_or_password_that_PLAIN_cannot_say_is_refused_unseen("ada" + '\ud800', "SECRET");
        A_name_or_password_that_PLAIN_cannot_say_is_refused_unseen("ada", "SECRET" + '\ud800');
    }

    [Fact]
    public void A_group_of_stats_is_one_plain_word_or_is_refused()
    {
        foreach (var group in new[] { "", "items slabs", "items\r\n", "\0", "é", new string('x', 65) })
            AssertRefused<ArgumentException>(to => BinaryRequests.Stats(to, 0, group));
        AssertWrites(BinaryFrame.Request(BinaryFrame.Stat, 0, new string('x', 64)), to => BinaryRequests.Stats(to, 0, new string('x', 64)));
    }

    [Fact]
    public void A_key_in_base64_is_sent_as_a_hash_as_in_classic()
    {
        byte[] key = [CacheKey.Base64Mark, .. "YSBi"u8];
        var hash = new byte[CacheKey.MaxLength];
        var length = CacheKey.Hash("a b"u8, hash);
        AssertWrites(BinaryFrame.Request(BinaryFrame.GetK, 0, Encoding.Latin1.GetString(hash, 0, length)), to => BinaryRequests.Get(to, key, 0));
    }

    [Fact]
    public void The_longest_request_fits_into_the_room_it_asks_for()
    {
        var key = new byte[CacheKey.MaxLength];
        key.AsSpan().Fill((byte)'k');
        var exact = new ExactWriter();
        BinaryRequests.Arithmetic(exact, key, ushort.MaxValue, ulong.MaxValue, true, ulong.MaxValue, int.MaxValue);
        BinaryRequests.Get(exact, key, ushort.MaxValue, int.MaxValue);
        BinaryRequests.Store(exact, key, ushort.MaxValue, Value("x"), StoreMode.Set, int.MaxValue, uint.MaxValue, ulong.MaxValue);
        BinaryRequests.Authenticate(exact, 0, "ada", "secret");
    }

    private static ReadOnlySequence<byte> Value(string text) => new(Encoding.Latin1.GetBytes(text));

    private static void AssertHex(string hex, Action<IBufferWriter<byte>> write) => Assert.Equal(hex.Replace(" ", "", StringComparison.Ordinal), Convert.ToHexString(Written(write)));

    private static void AssertWrites(string bytes, Action<IBufferWriter<byte>> write) => Assert.Equal(bytes, Encoding.Latin1.GetString(Written(write)));

    private static byte[] Written(Action<IBufferWriter<byte>> write)
    {
        var output = new ArrayBufferWriter<byte>();
        write(output);
        return output.WrittenSpan.ToArray();
    }

    private static T AssertRefused<T>(Action<IBufferWriter<byte>> write) where T : Exception
    {
        var output = new ArrayBufferWriter<byte>();
        var refusal = Assert.Throws<T>(() => write(output));
        Assert.Equal(0, output.WrittenCount);
        return refusal;
    }
}
