namespace ActorCache.Tests;

/// <summary>Answers are values: what nobody filled in is no answer, equal answers are equal, and no value ends up in a log.</summary>
public class CacheResultTests
{
    [Fact]
    public void A_result_that_nobody_filled_in_is_Unavailable()
    {
        var result = default(CacheResult<string>);
        Assert.Equal(CacheOutcome.Unavailable, result.Outcome);
        Assert.False(result.IsHit);
        Assert.False(result.FromStandIn);
        Assert.Null(result.Value);
        Assert.Null(result.Server);
        Assert.Equal(CacheOutcome.Unavailable, default(StoreResult).Outcome);
        Assert.False(default(StoreResult).IsStored);
        Assert.False(default(CounterResult).IsCounted);
    }

    [Fact]
    public void Results_are_equal_when_all_of_them_is()
    {
        var hit = new CacheResult<string>(CacheOutcome.Hit, "v", 7, "a", true);
        CacheResult<string>[] others =
        [
            default, new(CacheOutcome.Miss, "v", 7, "a", true), new(CacheOutcome.Hit, "w", 7, "a", true), new(CacheOutcome.Hit, "v", 8, "a", true),
            new(CacheOutcome.Hit, "v", 7, "b", true), new(CacheOutcome.Hit, "v", 7, "a", false),
        ];
        var same = new CacheResult<string>(CacheOutcome.Hit, new string('v', 1), 7, "a", true);
        Assert.True(hit == same);
        Assert.Equal(hit.GetHashCode(), same.GetHashCode());
        Assert.True(hit.Equals((object)same));
        Assert.False(hit.Equals("v"));
        Assert.All(others, other => Assert.True(hit != other));
    }

    [Fact]
    public void Text_shows_the_outcome_and_who_gave_it_and_never_the_value()
    {
        Assert.Equal("Hit from a:11211", new CacheResult<string>(CacheOutcome.Hit, "secret", 7, "a:11211", false).ToString());
        Assert.Equal("Hit from a:11211 (stand-in)", new CacheResult<string>(CacheOutcome.Hit, "secret", 7, "a:11211", true).ToString());
        Assert.Equal("Unavailable", default(CacheResult<string>).ToString());
        Assert.Equal("Miss from b", new CacheResult<int>(CacheOutcome.Miss, 0, 0, "b", false).ToString());
    }

    [Fact]
    public void A_flush_is_complete_when_every_server_was_flushed()
    {
        Assert.True(new FlushResult(new Dictionary<string, CacheOutcome> { ["a"] = CacheOutcome.Stored }).IsComplete);
        Assert.False(new FlushResult(new Dictionary<string, CacheOutcome> { ["a"] = CacheOutcome.Stored, ["b"] = CacheOutcome.TimedOut }).IsComplete);
    }
}
