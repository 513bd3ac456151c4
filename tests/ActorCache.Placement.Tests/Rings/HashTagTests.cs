using System.Text;

namespace ActorCache.Placement.Tests;

public sealed class HashTagTests
{
    [Theory]
    [InlineData("{user:1}:a", "user:1")]
    [InlineData("a:{user:1}", "user:1")]
    [InlineData("a{b}{c}", "b")]
    [InlineData("{{b}}", "{b")]
    [InlineData("plain", "plain")]
    [InlineData("{}b", "{}b")]
    [InlineData("{}{b}", "{}{b}")]
    [InlineData("{open", "{open")]
    [InlineData("close}{", "close}{")]
    [InlineData("", "")]
    public void What_stands_in_the_first_braces_counts_and_else_the_whole_key(string key, string part) =>
        Assert.Equal(part, Encoding.UTF8.GetString(HashTag.Of(Encoding.UTF8.GetBytes(key))));
}
