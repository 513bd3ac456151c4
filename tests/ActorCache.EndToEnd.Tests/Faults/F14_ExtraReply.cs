namespace ActorCache.EndToEnd.Tests.Faults;

/// <summary>F14: one reply too many, which would shift every later one by a place.</summary>
public sealed class F14_ExtraReply
{
    [Theory]
    [InlineData("the same again")]
    [InlineData("another keys hit")]
    [InlineData("a miss")]
    [InlineData("an error line")]
    public async Task It_closes_the_connection_and_nobody_gets_it(string extra)
    {
        await using var one = await OneScripted.StartAsync();
        var struck = 0;
        one.Server.Play(asked =>
        {
            if (asked.Number % 200 != 0) return asked.Answer;
            Interlocked.Increment(ref struck);
            return asked.Answer + extra switch
            {
                "the same again" => asked.Answer,
                "another keys hit" => asked.Hit("another", asked.Opaque),
                "a miss" => $"EN k{asked.Key} {asked.Opaque}\r\n",
                _ => "ERROR\r\n",
            };
        });
        var tally = await one.GetAsync(callers: 16, each: 1000);
        Assert.Empty(tally.Wrong);
        Assert.InRange(struck, 50, 200);
        Assert.NotEqual(0, tally.Hits);
        // Each extra reply ends a connection; the last one's end may be still to come.
        for (var n = 0; n < struck; n++)
            Assert.StartsWith("ProtocolViolation", (await one.Log.Next<ServerEvent.Suspected>()).Cause, StringComparison.Ordinal);
    }
}
