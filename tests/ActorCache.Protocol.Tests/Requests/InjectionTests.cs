using System.Buffers;
using System.Text;
using CsCheck;

namespace ActorCache.Protocol.Tests;

/// <summary>
/// No request holds a line end that it does not own, whatever its arguments: one line is one command (CVE-2022-27924, CVE-2022-4064).
/// </summary>
public sealed class InjectionTests
{
    private static readonly Gen<string> Keys = Gen
        .OneOf<char>(Gen.Char['!', '~'], Gen.Char['\u0080', '\ud7ff'], Gen.Char['\ue000', '\uffff'])
        .Array[1, 83].Select(characters => new string(characters));

    private static readonly Gen<int> Exptimes = Gen.OneOf<int>(Gen.Int, Gen.OneOf(0, 1, -1, int.MinValue, int.MaxValue));
    private static readonly Gen<ulong> Numbers = Gen.OneOf<ulong>(Gen.ULong, Gen.OneOf(0ul, 1ul, ulong.MaxValue));

    [Fact]
    public void A_request_without_a_value_is_one_line_of_plain_words() =>
        Gen.Select(Keys, Gen.UShort, Exptimes, Numbers, Gen.Int[0, 14]).Sample(
            (key, opaque, exptime, number, which) =>
            {
                var bytes = Write(key, (to, k) =>
                {
                    switch (which)
                    {
                        case 0: MetaRequests.Get(to, k, opaque, exptime); break;
                        case 1: MetaRequests.Get(to, k, opaque); break;
                        case 2: MetaRequests.Touch(to, k, opaque, exptime); break;
                        case 3: MetaRequests.Delete(to, k, opaque); break;
                        case 4: MetaRequests.Arithmetic(to, k, opaque, number, true, number, exptime); break;
                        case 5: MetaRequests.Arithmetic(to, k, opaque, number, false, null, exptime); break;
                        case 6: ClassicRequests.Get(to, k, exptime: exptime); break;
                        case 7: ClassicRequests.Get(to, k); break;
                        case 8: ClassicRequests.Touch(to, k, exptime); break;
                        case 9: ClassicRequests.Delete(to, k); break;
                        case 10: ClassicRequests.Arithmetic(to, k, number, true); break;
                        case 11: ClassicRequests.Arithmetic(to, k, number, false); break;
                        case 12: MetaRequests.Lease(to, k, opaque, exptime, exptime); break;
                        case 13: MetaRequests.Invalidate(to, k, opaque, number, mark: true, exptime); break;
                        default: MetaRequests.FlushAll(to, (uint)number); break;
                    }
                });
                AssertOneLine(bytes);
            },
            iter: 10_000);

    [Fact]
    public void A_store_is_one_line_and_one_block_of_the_length_it_says() =>
        Gen.Select(Keys, Gen.UShort, Exptimes, Numbers, Gen.UInt, Gen.Enum<StoreMode>(), Values).Sample(
            (key, opaque, exptime, cas, flags, mode, value) =>
            {
                var bytes = Write(key, (to, k) =>
                    MetaRequests.Store(to, k, opaque, new ReadOnlySequence<byte>(value), mode, exptime, flags, cas));
                var head = bytes.AsSpan(0, bytes.AsSpan().IndexOf((byte)'\n') + 1).ToArray();
                AssertOneLine(head);
                Assert.Equal(value.Length.ToString(System.Globalization.CultureInfo.InvariantCulture),
                    Encoding.UTF8.GetString(head).Split(' ', '\r')[2]);
                Assert.Equal([.. value, .. "\r\n"u8], bytes[head.Length..]);
            },
            iter: 10_000);

    [Fact]
    public void A_classic_store_is_one_line_and_one_block_of_the_length_it_says() =>
        Gen.Select(Keys, Exptimes, Numbers, Gen.UInt, Gen.Enum<StoreMode>(), Values).Sample(
            (key, exptime, cas, flags, mode, value) =>
            {
                var bytes = Write(key, (to, k) => ClassicRequests.Store(
                    to, k, new ReadOnlySequence<byte>(value), mode, exptime, flags, ClassicRequests.HasCas(mode) ? cas : 0));
                var head = bytes.AsSpan(0, bytes.AsSpan().IndexOf((byte)'\n') + 1).ToArray();
                AssertOneLine(head);
                Assert.Equal(value.Length.ToString(System.Globalization.CultureInfo.InvariantCulture),
                    Encoding.UTF8.GetString(head).Split(' ', '\r')[4]);
                Assert.Equal([.. value, .. "\r\n"u8], bytes[head.Length..]);
            },
            iter: 10_000);

    [Fact]
    public void A_stats_argument_is_one_plain_word_or_is_refused() =>
        Gen.String[Gen.OneOf<char>(Gen.Char['\0', '\u00ff'], Gen.OneOf('\r', '\n', ' ')), 0, 70].Sample(
            argument =>
            {
                var output = new ArrayBufferWriter<byte>();
                try
                {
                    MetaRequests.Stats(output, argument);
                    AssertOneLine(output.WrittenSpan.ToArray());
                    Assert.Equal(2, Encoding.UTF8.GetString(output.WrittenSpan).Split(' ').Length);
                }
                catch (ArgumentException)
                {
                    Assert.Equal(0, output.WrittenCount);
                }
            },
            iter: 10_000);

    [Fact]
    public void A_user_and_a_password_are_one_word_each_or_are_refused_and_not_shown() =>
        Gen.Select(Words, Words).Sample(
            (user, password) =>
            {
                var output = new ArrayBufferWriter<byte>();
                if (ClassicRequests.IsCredential(user) && ClassicRequests.IsCredential(password))
                {
                    ClassicRequests.Authenticate(output, user, password);
                    var data = Encoding.UTF8.GetBytes($"{user} {password}");
                    Assert.Equal([.. Encoding.ASCII.GetBytes($"set actorcache-auth 0 -1 {data.Length}\r\n"), .. data, .. "\r\n"u8], output.WrittenSpan.ToArray());
                    AssertOneLine([.. data, .. "\r\n"u8]);
                    Assert.Equal(2, Encoding.UTF8.GetString(data).Split(' ').Length);
                }
                else
                {
                    var refused = Assert.ThrowsAny<ArgumentException>(() => ClassicRequests.Authenticate(output, user, password));
                    Assert.Equal(0, output.WrittenCount);
                    Assert.StartsWith("A user's name or password is empty, or has a space or a control character in it.", refused.Message, StringComparison.Ordinal);
                }
            },
            iter: 10_000);

    private static Gen<string> Words => Gen.String[Gen.Frequency((9, Gen.Char['!', '~']), (1, Gen.OneOf<char>(Gen.Char['\0', '\uffff'], Gen.OneOf('\r', '\n', ' ', '\0')))), 0, 12];

    // Dalli joined its caller's delay to the line as text. Ours is a number, and what is text anywhere is refused with a line end in it.
    [Fact]
    public void Inject_FlushDelay_4064()
    {
        foreach (var delay in new[] { 0u, 1u, 2_592_000u, uint.MaxValue })
        {
            var output = new ArrayBufferWriter<byte>();
            MetaRequests.FlushAll(output, delay);
            Assert.Equal(delay == 0 ? "flush_all\r\n" : $"flush_all {delay}\r\n", Encoding.ASCII.GetString(output.WrittenSpan));
        }
        foreach (var argument in new[] { "0\r\nset x 0 0 1\r\n1", "items\n", "items slabs", "\0" })
        {
            var output = new ArrayBufferWriter<byte>();
            Assert.ThrowsAny<ArgumentException>(() => MetaRequests.Stats(output, argument));
            Assert.Equal(0, output.WrittenCount);
        }
    }

    private static Gen<byte[]> Values => Gen.OneOf<byte[]>(
        Gen.Byte.Array[0, 100],
        Gen.OneOf("\r\n"u8.ToArray(), "END\r\n"u8.ToArray(), "\r\nflush_all\r\n"u8.ToArray(), "VA 1 O1\r\nx\r\n"u8.ToArray()));

    private static byte[] Write(string key, Action<IBufferWriter<byte>, byte[]> write)
    {
        var room = new byte[CacheKey.MaxLength];
        var output = new ArrayBufferWriter<byte>();
        write(output, room[..CacheKey.Encode(key, room)]);
        return output.WrittenSpan.ToArray();
    }

    private static void AssertOneLine(byte[] bytes)
    {
        Assert.Equal("\r\n"u8.ToArray(), bytes[^2..]);
        foreach (var b in bytes[..^2]) Assert.True(b is >= 0x20 and not 0x7f, $"0x{b:x2} inside a request line");
        Assert.DoesNotContain("  ", Encoding.UTF8.GetString(bytes), StringComparison.Ordinal);
    }
}
