namespace ActorCache.EndToEnd.Tests.Faults;

/// <summary>F5: the server resets the connection, while it is idle or in the middle of a reply.</summary>
public sealed class F05_Reset
{
    [Fact]
    public async Task An_idle_connection_that_is_reset_is_replaced_before_anyone_notices()
    {
        await using var one = await OneScripted.StartAsync();
        one.Server.ResetAll();
        Assert.StartsWith("Lost", (await one.Log.Next<ServerEvent.Suspected>()).Cause, StringComparison.Ordinal);
        await one.Log.UntilAllServe();
        Assert.True((await one.Cache.GetAsync<string>("key")).IsHit);
        Assert.Equal(2, one.Server.Connects);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(150)]
    [InlineData(399)]
    public async Task Calls_in_flight_end_exactly_once_answered_or_not_and_no_count_is_asked_twice(int answered)
    {
        await using var one = await OneScripted.StartAsync();
        using var allAsked = new ManualResetEventSlim();
        var said = 0;
        one.Server.Play(asked =>
        {
            if (asked.Connection > 1) return asked.Answer;
            allAsked.Wait(Patience.Limit);
            return ++said <= answered ? asked.Answer : new Said(asked.Answer[..(asked.Answer.Length / 2)], Afterwards.Reset);
        });

        var gets = Enumerable.Range(0, 200).Select(n => (Key: $"get:{n}", Task: one.Cache.GetAsync<string>($"get:{n}").AsTask())).ToList();
        var counts = Enumerable.Range(0, 200).Select(n => one.Cache.IncrementAsync($"count:{n}").AsTask()).ToList();
        allAsked.Set();
        foreach (var (key, get) in gets)
        {
            var read = await get.Patiently();
            if (read.IsHit) Assert.StartsWith(key + "|", read.Value, StringComparison.Ordinal);
            else Assert.Equal(CacheOutcome.Unavailable, read.Outcome);
        }
        var unanswered = 0;
        foreach (var count in counts)
        {
            var counted = await count.Patiently();
            if (counted.IsCounted) Assert.Equal(7ul, counted.Value);
            else Assert.Equal(CacheOutcome.Unavailable, counted.Outcome);
            if (!counted.IsCounted) unanswered++;
        }
        Assert.Equal("Lost", (await one.Log.Next<ServerEvent.Suspected>()).Cause[..4]);
        Assert.NotEqual(0, unanswered);
        Assert.All(one.Server.Asked.Where(asked => asked.Command == "ma").GroupBy(asked => asked.Key), asked => Assert.Single(asked));

        // Operations are pooled: one that had ended twice would be two callers' now.
        one.Server.Play(null);
        await one.Log.UntilAllServe();
        var after = await one.GetAsync(callers: 32, each: 100);
        Assert.Empty(after.Wrong);
        Assert.Equal((3200, 0), (after.Hits, after.Unanswered));
    }
}
