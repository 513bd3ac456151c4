using System.Text;

namespace ActorCache.EmbeddedServer.Tests.Faults;

public sealed class KeyPatternTests
{
    [Theory]
    [InlineData("user:*", "user:1", true)]
    [InlineData("user:*", "user:", true)]
    [InlineData("user:*", "user", false)]
    [InlineData("*:1", "user:1", true)]
    [InlineData("*:1", "user:12", false)]
    [InlineData("*", "", true)]
    [InlineData("*", "anything", true)]
    [InlineData("a*b*c", "aXbYc", true)]
    [InlineData("a*b*c", "abbbc", true)]
    [InlineData("a*b*c", "acb", false)]
    [InlineData("a?c", "abc", true)]
    [InlineData("a?c", "ac", false)]
    [InlineData("**a**", "bab", true)]
    [InlineData("key", "key", true)]
    [InlineData("key", "keys", false)]
    [InlineData("key", "Key", false)]
    public void A_star_is_any_text_and_a_question_mark_any_byte(string pattern, string key, bool matches)
        => Assert.Equal(matches, new KeyPattern(pattern).Matches(Encoding.ASCII.GetBytes(key)));
}
