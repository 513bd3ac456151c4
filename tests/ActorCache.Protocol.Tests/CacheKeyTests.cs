using System.Text;
using CsCheck;

namespace ActorCache.Protocol.Tests;

/// <summary>Which keys may reach the wire, and that those that may not are refused before a byte is written.</summary>
public sealed class CacheKeyTests
{
    private readonly byte[] _room = new byte[CacheKey.MaxLength];

    [Theory]
    [InlineData("k")]
    [InlineData("user:42")]
    [InlineData("~!@#$%^&*()_+{}|:\"<>?`-=[]\\;',./")]
    [InlineData("Straße")]
    [InlineData("日本語")]
    [InlineData("👍🏽")]
    [InlineData("a\u0085b")]
    [InlineData("a\u00a0b")]
    [InlineData("a\u2028b")]
    [InlineData("\ufeffbom")]
    public void A_legal_key_is_its_own_utf8(string key)
    {
        var length = CacheKey.Encode(key, _room);

        Assert.Equal(Encoding.UTF8.GetBytes(key), _room[..length]);
        CacheKey.Check(_room.AsSpan(0, length));
    }

    [Fact]
    public void Null_is_an_argument_null_exception_that_names_the_key() =>
        Assert.Equal("key", Assert.Throws<ArgumentNullException>(() => CacheKey.Encode(null!, _room)).ParamName);

    [Fact]
    public void An_empty_key_is_refused()
    {
        AssertRefused("", "empty");
        Assert.Throws<ArgumentException>("key", () => CacheKey.Check([]));
    }

    [Fact]
    public void A_key_of_250_bytes_is_taken_and_one_of_251_is_not()
    {
        Assert.Equal(250, CacheKey.Encode(new string('k', 250), _room));
        CacheKey.Check(new byte[250].Select(_ => (byte)'k').ToArray());

        AssertRefused(new string('k', 251), "251 bytes");
        Assert.Throws<ArgumentException>("key", () => CacheKey.Check(new byte[251].Select(_ => (byte)'k').ToArray()));
    }

    [Fact]
    public void Length_is_counted_in_bytes_not_in_characters()
    {
        Assert.Equal(250, CacheKey.Encode(string.Concat(Enumerable.Repeat("é", 125)), _room));
        AssertRefused(string.Concat(Enumerable.Repeat("é", 126)), "252 bytes");
        AssertRefused(string.Concat(Enumerable.Repeat("👍", 63)), "252 bytes");
    }

    [Fact]
    public void An_enormous_key_is_refused_without_being_encoded() => AssertRefused(new string('k', 10_000_000), "10000000 bytes");

    // Not a theory: a test runner's own encoding mends such strings on their way.
    [Fact]
    public void A_lone_surrogate_is_refused_and_its_place_is_said()
    {
        AssertRefused("\ud83d", "index 0");
        AssertRefused("a\ud83d", "index 1");
        AssertRefused("ab\udc4dc", "index 2");
        AssertRefused("\udc4d\ud83d", "index 0");
        AssertRefused(new string('k', 249) + "\ud83d", "index 249");
    }

    [Fact]
    public void Every_byte_up_to_a_space_and_delete_are_refused_wherever_they_stand()
    {
        foreach (var illegal in Enumerable.Range(0, 0x21).Append(0x7f).Select(b => (char)b))
        {
            foreach (var key in new[] { $"{illegal}", $"{illegal}key", $"ke{illegal}y", $"key{illegal}", new string('k', 249) + illegal })
            {
                AssertRefused(key, $"0x{(int)illegal:x2} at {key.IndexOf(illegal, StringComparison.Ordinal)}");
                Assert.Throws<ArgumentException>("key", () => CacheKey.Check(Encoding.UTF8.GetBytes(key)));
            }
        }
    }

    [Theory]
    [InlineData("a\r\nset x 0 0 1\r\n1")]
    [InlineData("a\nflush_all")]
    [InlineData("a v\r\nmd victim q\r\nmg b")]
    [InlineData("k 0 O1")]
    public void A_command_inside_a_key_is_refused(string key) => AssertRefused(key, "0x");

    [Fact]
    public void A_message_of_refusal_does_not_carry_the_control_characters_on_to_a_log()
    {
        var refused = Assert.Throws<ArgumentException>(() => CacheKey.Encode("secret\r\nforged log line", _room));

        Assert.DoesNotContain("forged", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Key", "key")]
    [InlineData("\u00e9", "e\u0301")]
    [InlineData("host", "host.")]
    public void Keys_that_look_alike_stay_distinct(string one, string other)
    {
        var bytes = _room[..CacheKey.Encode(one, _room)];

        Assert.NotEqual(bytes, _room[..CacheKey.Encode(other, _room)]);
    }

    [Fact]
    public void Encoding_a_good_key_allocates_nothing()
    {
        Assert.Equal(0, Allocated.By(() =>
        {
            for (var i = 0; i < 1_000; i++) CacheKey.Check(_room.AsSpan(0, CacheKey.Encode("user:4711:profile:é", _room)));
        }));
    }

    [Fact]
    public void Any_string_is_either_its_utf8_without_a_byte_that_ends_a_word_or_an_argument_exception() =>
        Gen.String[Gen.Char, 0, 300].Sample(
            key =>
            {
                var room = new byte[CacheKey.MaxLength];
                try
                {
                    var written = room.AsSpan(0, CacheKey.Encode(key, room));
                    Assert.InRange(written.Length, 1, 250);
                    Assert.Equal(key, new UTF8Encoding(false, true).GetString(written));
                    foreach (var b in written) Assert.True(b is > 0x20 and not 0x7f);
                }
                catch (ArgumentException e)
                {
                    Assert.Equal(nameof(key), e.ParamName);
                }
            },
            iter: 10_000);

    private void AssertRefused(string key, string saying)
    {
        var refused = Assert.Throws<ArgumentException>(nameof(key), () => CacheKey.Encode(key, _room));
        Assert.Contains(saying, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_prefix_counts_in_the_length_and_is_named_where_it_is_too_much()
    {
        var length = CacheKey.Encode(new string('k', 245), "abcd:"u8, _room);
        Assert.Equal($"abcd:{new string('k', 245)}", Encoding.UTF8.GetString(_room.AsSpan(0, length)));
        var refused = Assert.Throws<ArgumentException>(() => CacheKey.Encode(new string('k', 246), "abcd:"u8, _room));
        Assert.StartsWith("Key is 246 bytes of UTF-8, and the prefix \"abcd:\" 5 more; memcached takes at most 250.", refused.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => CacheKey.Encode("", "abcd:"u8, _room));
    }

    [Fact]
    public void A_hash_is_the_first_half_of_SHA256_behind_its_mark()
    {
        // "abc" is the first example of FIPS 180-2, appendix B.1.
        var length = CacheKey.Hash("abc"u8, _room);
        Assert.Equal("~#ba7816bf8f01cfea414140de5dae2223", Encoding.ASCII.GetString(_room.AsSpan(0, length)));
    }

    [Fact]
    public void A_key_in_base64_becomes_its_bytes_hash_where_only_classic_commands_are_known()
    {
        byte[] kept = [CacheKey.Base64Mark, .. Encoding.ASCII.GetBytes(Convert.ToBase64String("a b"u8))];
        Assert.True(CacheKey.IsBase64(kept));
        Assert.Equal("YSBi"u8.ToArray(), CacheKey.TextOf(kept).ToArray());
        Span<byte> expected = stackalloc byte[CacheKey.MaxLength];
        expected = expected[..CacheKey.Hash("a b"u8, expected)];
        Assert.Equal(expected.ToArray(), _room.AsSpan(0, CacheKey.ToClassic(kept, _room)).ToArray());
        Assert.Equal("plain"u8.ToArray(), _room.AsSpan(0, CacheKey.ToClassic("plain"u8, _room)).ToArray());
        Assert.Throws<ArgumentException>(() => CacheKey.ToClassic([CacheKey.Base64Mark, (byte)'!'], _room));
    }
}
