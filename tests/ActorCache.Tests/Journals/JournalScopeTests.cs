using ActorCache.Placement;
using Microsoft.Extensions.Time.Testing;

namespace ActorCache.Tests;

/// <summary>How much a journal keeps account of: nothing, servers, or keys.</summary>
public class JournalScopeTests
{
    [Theory]
    [InlineData(OnRejoin.Replay, Ownership.One, "Keys")]
    [InlineData(OnRejoin.Flush, Ownership.One, "Keys")]
    [InlineData(OnRejoin.Replay, Ownership.All, "Servers")]
    [InlineData(OnRejoin.Flush, Ownership.All, "Servers")]
    [InlineData(OnRejoin.Replay, Ownership.Any, "Nothing")]
    [InlineData(OnRejoin.Admit, Ownership.One, "Nothing")]
    [InlineData(OnRejoin.Admit, Ownership.All, "Nothing")]
    public void It_follows_from_whose_the_keys_are_and_whether_anybody_cares(OnRejoin onRejoin, Ownership ownership, string scope) =>
        Assert.Equal(scope, Journal.ScopeOf(onRejoin, ownership).ToString());

    [Theory]
    [InlineData("Nothing", "Sound")]
    [InlineData("Servers", "Spoiled")]
    [InlineData("Keys", "Stale")]
    public void A_write_without_an_answer_casts_doubt_on_as_much(string scope, string standing)
    {
        var pool = new Pool("a", "b");
        var journal = new Journal(100, 10_000, TimeSpan.FromMinutes(1), new FakeTimeProvider(), Enum.Parse<JournalScope>(scope));
        journal.OnTable(pool.Table);
        var server = pool.Table.Servers[0].Id;

        journal.InDoubt("key"u8, server);

        Assert.Equal(standing, journal.StandingOf("key"u8, server).ToString());
        Assert.Equal(scope == "Keys" ? "Sound" : standing, journal.StandingOf("other"u8, server).ToString());
    }

    [Fact]
    public void Where_servers_are_kept_account_of_a_write_is_no_note_and_one_that_has_left_is_no_concern()
    {
        var pool = new Pool("a", "b");
        var journal = new Journal(100, 10_000, TimeSpan.FromMinutes(1), new FakeTimeProvider(), JournalScope.Servers);
        journal.OnTable(pool.Table);

        Assert.Null(journal.Writing("key"u8, pool.Table.Servers[1].Id));
        journal.InDoubt("key"u8, server: int.MaxValue);
        Assert.True(journal.IsQuiet);
    }
}
