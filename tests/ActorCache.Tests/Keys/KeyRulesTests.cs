using System.Text;
using ActorCache.Protocol;
using CsCheck;

namespace ActorCache.Tests;

/// <summary>Any key becomes one that memcached takes, and no two become the same.</summary>
public class KeyRulesTests
{
    private static readonly Gen<string> AnyKey = Gen.OneOf(
        Gen.Char.Array[1, 400].Select(chars => new string(chars)),
        Gen.Char['!', '~'].Array[1, 260].Select(chars => new string(chars)),
        Gen.Char[' ', '~'].Array[1, 200].Select(chars => new string(chars)),
        Gen.Char['\ud700', '\ue100'].Array[1, 5].Select(chars => new string(chars)),
        Gen.Char['0', '1'].Array[32].Select(chars => $"~#{new string(chars)}"));

    [Fact]
    public void Any_key_becomes_one_that_can_be_sent() => Gen.Select(AnyKey, Gen.OneOf(Gen.Const(""), Gen.Const("orders:"), Gen.Const(new string('p', 200)))).Sample((key, prefix) =>
    {
        var kept = Encode(Rules(prefix, KeyPolicy.Encode), key);
        CacheKey.Check(CacheKey.TextOf(kept));
        if (CacheKey.IsBase64(kept)) Assert.Equal(prefix + key, Encoding.UTF8.GetString(Convert.FromBase64String(Encoding.ASCII.GetString(kept[1..]))));
        else Assert.StartsWith(prefix, Encoding.UTF8.GetString(kept), StringComparison.Ordinal);
    }, iter: 20_000);

    [Fact]
    public void No_two_become_the_same()
    {
        var rules = Rules("", KeyPolicy.Encode);
        var known = new Dictionary<string, string>(StringComparer.Ordinal);
        AnyKey.Array[2000].Sample(keys =>
        {
            lock (known)
            {
                foreach (var key in keys)
                {
                    var kept = Convert.ToHexString(Encode(rules, key));
                    Assert.Equal(key, known.GetValueOrDefault(kept, key));
                    known[kept] = key;
                }
            }
        }, iter: 20);
    }

    // Or somebody would read another's value, whose long key he knows, by a key that looks like its hash.
    [Fact]
    public void A_key_that_looks_like_a_hash_is_not_taken_for_it()
    {
        var rules = Rules("", KeyPolicy.Encode);
        var hash = Encoding.ASCII.GetString(Encode(rules, new string('k', 251)));
        Assert.Matches("^~#[0-9a-f]{32}$", hash);
        Assert.NotEqual(hash, Encoding.ASCII.GetString(Encode(rules, hash)));
    }

    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("~/0/1", "~/0/1")]
    [InlineData("a b", "\0YSBi")]
    [InlineData("Grün", "Grün")]
    public void Only_what_memcached_does_not_take_is_encoded(string key, string kept) =>
        Assert.Equal(kept, Encoding.UTF8.GetString(Encode(Rules("", KeyPolicy.Encode), key)));

    [Fact]
    public void A_strict_key_throws_as_ever()
    {
        foreach (var prefix in new[] { "", "p:" })
        {
            foreach (var bad in new[] { "", "a b", new string('k', 251), "\ud800" }) Assert.Throws<ArgumentException>(() => Encode(Rules(prefix, KeyPolicy.Strict), bad));
            Assert.Throws<ArgumentNullException>(() => Encode(Rules(prefix, KeyPolicy.Strict), null!));
        }
        Assert.Throws<ArgumentNullException>(() => Encode(Rules("", KeyPolicy.Encode), null!));
        Assert.Throws<ArgumentException>(() => Encode(Rules("", KeyPolicy.Encode), ""));
    }

    private static KeyRules Rules(string prefix, KeyPolicy policy) => new(new ActorCacheOptions { KeyPrefix = prefix, KeyPolicy = policy });

    private static byte[] Encode(KeyRules rules, string key)
    {
        var room = new byte[CacheKey.MaxEncoded];
        return room[..rules.Encode(key, room)];
    }
}
