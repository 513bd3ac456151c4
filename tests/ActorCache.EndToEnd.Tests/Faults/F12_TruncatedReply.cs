namespace ActorCache.EndToEnd.Tests.Faults;

/// <summary>F12: a reply ends somewhere, and the connection with it.</summary>
public sealed class F12_TruncatedReply
{
    [Theory]
    [InlineData(Afterwards.Closed)]
    [InlineData(Afterwards.Reset)]
    internal async Task Cut_anywhere_it_is_no_answer_and_never_a_short_value(Afterwards ending)
    {
        await using var one = await OneScripted.StartAsync();
        var (cut, whole) = (0, 1);
        for (; cut < whole; cut++)
        {
            var strikes = 1;
            one.Server.Play(asked =>
            {
                if (strikes-- <= 0) return asked.Answer;
                whole = asked.Answer.Length;
                return new Said(asked.Answer[..cut], ending);
            });
            var read = await one.Cache.GetAsync<string>("a-key").Patiently();
            Assert.Equal((CacheOutcome.Unavailable, null), (read.Outcome, read.Value));
            await one.Log.Next<ServerEvent.Suspected>();
            await one.Log.UntilAllServe();
            read = await one.Cache.GetAsync<string>("a-key").Patiently();
            Assert.StartsWith("a-key|", read.Value, StringComparison.Ordinal);
        }
        Assert.InRange(cut, 20, 60);
    }

    [Fact]
    public async Task A_count_or_a_store_whose_answer_is_cut_may_have_been_applied()
    {
        await using var one = await OneScripted.StartAsync();
        one.Server.Play(asked => asked.Connection == 1 ? new Said(asked.Answer[..3], Afterwards.Closed) : asked.Answer);
        var counted = await one.Cache.IncrementAsync("counter").Patiently();
        Assert.Equal((CacheOutcome.Unavailable, true), (counted.Outcome, counted.MayHaveBeenApplied));

        await one.Log.Next<ServerEvent.Suspected>();
        await one.Log.UntilAllServe();
        one.Server.Play(asked => asked.Connection == 2 ? new Said(asked.Answer[..1], Afterwards.Closed) : asked.Answer);
        var stored = await one.Cache.StoreAsync("key", "value", new StoreOptions { Mode = StoreMode.Add }).Patiently();
        Assert.Equal((CacheOutcome.Unavailable, true), (stored.Outcome, stored.MayHaveBeenApplied));
        Assert.Equal(2, one.Server.Asked.Count(asked => asked.Command != "stats"));
    }
}
