namespace ActorCache.EndToEnd.Tests.Faults;

/// <summary>F15: a reply in perfect shape that belongs to another request.</summary>
public sealed class F15_WrongKeyOrOpaque
{
    [Theory]
    [InlineData("another key")]
    [InlineData("another opaque")]
    [InlineData("no key")]
    [InlineData("no opaque")]
    [InlineData("a key cut short")]
    [InlineData("another case")]
    public async Task It_is_a_desync_that_closes_the_connection_and_is_announced(string wrong)
    {
        await using var one = await OneScripted.StartAsync();
        var struck = 0;
        one.Server.Play(asked =>
        {
            if (asked.Number % 200 != 0) return asked.Answer;
            Interlocked.Increment(ref struck);
            return wrong switch
            {
                "another key" => asked.Hit(asked.Key + "x", asked.Opaque),
                "another opaque" => asked.Hit(asked.Key, asked.Opaque + "1"),
                "no key" => asked.Answer.Replace($" k{asked.Key}", "", StringComparison.Ordinal),
                "no opaque" => asked.Answer.Replace($" {asked.Opaque}", "", StringComparison.Ordinal),
                "a key cut short" => asked.Hit(asked.Key[..^1], asked.Opaque),
                _ => asked.Hit(asked.Key.ToUpperInvariant(), asked.Opaque),
            };
        });
        var tally = await one.GetAsync(callers: 16, each: 1000);
        Assert.Empty(tally.Wrong);
        Assert.InRange(struck, 50, 200);
        Assert.NotEqual(0, tally.Unanswered);
        for (var n = 0; n < struck; n++)
        {
            var cause = (await one.Log.Next<ServerEvent.Suspected>()).Cause;
            Assert.StartsWith("ProtocolViolation", cause, StringComparison.Ordinal);
            Assert.DoesNotContain("caller", cause, StringComparison.Ordinal); // Keys and values stay out of what is logged.
        }
    }

    [Fact]
    public async Task Two_replies_that_changed_places_reach_neither_caller()
    {
        await using var one = await OneScripted.StartAsync();
        Asked? held = null;
        one.Server.Play(asked =>
        {
            if (asked.Connection > 1) return asked.Answer;
            if (held is null)
            {
                held = asked;
                return "";
            }
            return asked.Answer + held.Answer;
        });
        var first = one.Cache.GetAsync<string>("first").AsTask();
        var second = one.Cache.GetAsync<string>("second").AsTask();
        Assert.Equal(CacheOutcome.Unavailable, (await first.Patiently()).Outcome);
        Assert.Equal(CacheOutcome.Unavailable, (await second.Patiently()).Outcome);
        Assert.StartsWith("ProtocolViolation", (await one.Log.Next<ServerEvent.Suspected>()).Cause, StringComparison.Ordinal);
    }
}
