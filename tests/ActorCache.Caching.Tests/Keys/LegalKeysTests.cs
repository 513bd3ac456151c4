namespace ActorCache.Caching.Tests.Keys;

/// <summary>Keys for callers who cannot be told what a key may be.</summary>
public sealed class LegalKeysTests
{
    [Theory]
    [InlineData("user:1")]
    [InlineData("schlüssel")]
    [InlineData("🔑")]
    [InlineData("#single")]
    public void What_is_legal_stays_as_it_is(string key) => Assert.Same(key, new LegalKeys(250).For(key));

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("a\n")]
    [InlineData("a\u007f")]
    [InlineData("a~")]
    [InlineData("##a")]
    public void What_is_not_becomes_34_bytes_that_are(string key)
    {
        var legal = new LegalKeys(250).For(key);
        Assert.Matches("^##[0-9a-f]{32}$", legal);
        Assert.NotEqual(legal, new LegalKeys(250).For(legal));
    }

    // An attribute could not hold them.
    [Fact]
    public void Lone_surrogates_are_told_apart()
    {
        string[] lone = ["\ud800", "\ud801", "\udc00", "a\ud800", "\ufffd"];
        Assert.Equal(lone.Length, lone.Select(new LegalKeys(250).For).Distinct().Count());
    }

    [Fact]
    public void The_longest_key_is_counted_in_bytes_and_with_the_prefix()
    {
        var keys = new LegalKeys(40, "p:");
        Assert.Equal("p:" + new string('k', 38), keys.For(new string('k', 38)));
        Assert.StartsWith("p:##", keys.For(new string('k', 39)), StringComparison.Ordinal);
        Assert.Equal("p:" + new string('é', 19), keys.For(new string('é', 19)));
        Assert.StartsWith("p:##", keys.For(new string('é', 20)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(250, "a b")]
    [InlineData(250, "a~")]
    [InlineData(33, "")]
    [InlineData(40, "longer:")]
    public void A_prefix_that_is_no_part_of_a_key_or_leaves_no_room_is_refused(int maxBytes, string prefix) =>
        Assert.Throws<ArgumentException>(nameof(prefix), () => new LegalKeys(maxBytes, prefix));
}
