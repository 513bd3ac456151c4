using System.Text;

namespace ActorCache.Tests;

/// <summary>How much the journal remembers, what becomes of what it could not, and that nothing is left of it in the end.</summary>
public class JournalBoundsTests
{
    private const int Overhead = 200;
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(5);
    private static readonly string[] Hosts = ["a", "b", "c"];

    [Fact]
    public void A_key_too_many_spoils_the_server_that_is_away_and_is_announced_once()
    {
        var ledger = With(new ActorCacheOptions { JournalMaxKeys = 3 });
        var keys = ledger.KeysOf("a", 6);
        foreach (var key in keys[..3]) ledger.Writing(key, "b");
        Assert.Equal((Standing.Stale, 3), (ledger.At("a", keys[0]), ledger.Page("a").Keys));
        Assert.Empty(ledger.Overflows());

        foreach (var key in keys[3..]) Assert.Null(ledger.Writing(key, "b"));
        Assert.Equal((Standing.Spoiled, Standing.Sound, 3), (ledger.At("a", "any"), ledger.At("b", keys[4]), ledger.Journal.Count));
        Assert.Equal([ledger.Id("a")], ledger.Overflows());
        Assert.Equal([ledger.Id("b")], ledger.Page("a").UnnotedAt);

        // A new outage is announced anew.
        ledger.Flush("a");
        foreach (var key in keys) ledger.Writing(key, "b");
        Assert.Equal([ledger.Id("a")], ledger.Overflows());
    }

    [Fact]
    public void A_server_that_only_missed_a_callers_flush_can_do_without_and_one_the_journal_overflowed_of_cannot()
    {
        var ledger = With(new ActorCacheOptions { JournalMaxKeys = 1 });
        var keys = ledger.KeysOf("a", 3);
        ledger.Journal.Unflushed(ledger.Id("a"));
        ledger.Writing(keys[0], "b");
        Assert.Equal((Standing.Spoiled, false), (ledger.At("a", "any"), ledger.Page("a").IsUnaccounted));
        Assert.True(ledger.Journal.TryDoWithoutFlush(ledger.Id("a")));
        Assert.Equal((Standing.Sound, Standing.Stale), (ledger.At("a", "any"), ledger.At("a", keys[0])));

        // Missed, and overflowed afterwards: announced, and a flush that was under way does not do.
        ledger.Journal.Unflushed(ledger.Id("a"));
        var underWay = ledger.Journal.BeforeFlush(ledger.Id("a"));
        ledger.Writing(keys[1], "b");
        Assert.Equal([ledger.Id("a")], ledger.Overflows());
        Assert.False(ledger.Journal.TryDoWithoutFlush(ledger.Id("a")));
        ledger.Journal.Flushed(underWay);
        Assert.Equal(Standing.Spoiled, ledger.At("a", "any"));

        // Overflowed, and missed afterwards: that changes nothing.
        ledger.Writing(keys[2], "b");
        ledger.Journal.Unflushed(ledger.Id("a"));
        Assert.False(ledger.Journal.TryDoWithoutFlush(ledger.Id("a")));
        Assert.Empty(ledger.Overflows());
        ledger.Flush("a");
        Assert.Equal((Standing.Sound, false), (ledger.At("a", "any"), ledger.Page("a").IsUnaccounted));
        ledger.Journal.Unflushed(ledger.Id("a"));
        Assert.True(ledger.Journal.TryDoWithoutFlush(ledger.Id("a")));
    }

    [Fact]
    public void A_byte_too_many_does_the_same()
    {
        var key = Encoding.UTF8.GetByteCount("key-000000");
        var ledger = With(new ActorCacheOptions { JournalMaxBytes = 2 * (Overhead + key) });
        var keys = ledger.KeysOf("a", 3);
        foreach (var one in keys[..2]) ledger.Writing(one, "b");
        Assert.Equal((2 * (Overhead + key), Standing.Stale), ((int)ledger.Page("a").Bytes, ledger.At("a", keys[0])));
        ledger.Writing(keys[2], "b");
        Assert.Equal((Standing.Spoiled, 2), (ledger.At("a", "any"), ledger.Journal.Count));
    }

    [Fact]
    public void Each_server_has_an_account_of_its_own()
    {
        var ledger = With(new ActorCacheOptions { JournalMaxKeys = 2 });
        foreach (var key in ledger.KeysOf("a", 3)) ledger.Writing(key, "c");
        foreach (var key in ledger.KeysOf("b", 2)) ledger.Writing(key, "c");
        Assert.Equal((Standing.Spoiled, false), (ledger.At("a", "any"), ledger.Page("b").IsSpoiled));
        Assert.Equal((2, 2, 0), (ledger.Page("a").Keys, ledger.Page("b").Keys, ledger.Page("c").Keys));
    }

    [Fact]
    public void A_key_that_is_noted_already_takes_no_more_room()
    {
        var ledger = With(new ActorCacheOptions { JournalMaxKeys = 1 });
        var key = ledger.KeysOf("a", 1)[0];
        for (var i = 0; i < 10; i++) ledger.Writing(key, i % 2 == 0 ? "b" : "c");
        Assert.Equal((1, false), (ledger.Page("a").Keys, ledger.Page("a").IsSpoiled));
    }

    [Fact]
    public void A_doubt_that_cannot_be_noted_spoils_the_server_it_is_about()
    {
        var ledger = With(new ActorCacheOptions { JournalMaxKeys = 0 });
        ledger.InDoubt(ledger.KeysOf("a", 1)[0], "b");
        Assert.Equal((false, true), (ledger.Page("a").IsSpoiled, ledger.Page("b").IsSpoiled));
    }

    [Fact]
    public void After_the_flush_the_stand_ins_unnoted_copies_are_not_trusted_until_they_have_expired()
    {
        var ledger = With(new ActorCacheOptions { JournalMaxKeys = 1, StandInTtl = TimeSpan.FromSeconds(60) });
        var (noted, unnoted, other) = (ledger.KeysOf("a", 1)[0], ledger.KeysOf("a", 2)[1], ledger.KeysOf("b", 1)[0]);
        ledger.Writing(noted, "b");
        ledger.Writing(unnoted, "b");
        ledger.Flush("a");
        Assert.Equal((Standing.Sound, Standing.Sound), (ledger.At("a", noted), ledger.At("a", unnoted)));
        Assert.Equal((Standing.Stale, Standing.Stale), (ledger.At("b", noted), ledger.At("b", unnoted)));
        Assert.Equal((Standing.Sound, Standing.Sound), (ledger.At("b", other), ledger.At("c", unnoted)));
        Assert.Equal((0, false), (ledger.Journal.Count, ledger.Journal.IsQuiet)); // The single note had no more to say.

        ledger.Pool.Time.Advance(TimeSpan.FromSeconds(60) + Margin - TimeSpan.FromTicks(1));
        ledger.Tidy();
        Assert.Equal(Standing.Stale, ledger.At("b", unnoted));
        ledger.Pool.Time.Advance(TimeSpan.FromTicks(1));
        ledger.Tidy();
        Assert.Equal((Standing.Sound, true), (ledger.At("b", unnoted), ledger.Journal.IsQuiet));
    }

    [Fact]
    public void A_stand_in_that_is_flushed_itself_is_trusted_again()
    {
        var ledger = With(new ActorCacheOptions { JournalMaxKeys = 0 });
        var key = ledger.KeysOf("a", 1)[0];
        ledger.Writing(key, "b");
        ledger.Flush("a");
        Assert.Equal(Standing.Stale, ledger.At("b", key));
        ledger.Flush("b");
        Assert.Equal((Standing.Sound, true), (ledger.At("b", key), ledger.Journal.IsQuiet));
    }

    [Fact]
    public void A_flush_that_was_sent_before_a_copy_came_there_does_not_let_the_stand_in_be_trusted()
    {
        var ledger = With(new ActorCacheOptions { JournalMaxKeys = 0 });
        var key = ledger.KeysOf("a", 1)[0];
        ledger.Writing(key, "b");
        ledger.Flush("a");
        var early = ledger.Journal.BeforeFlush(ledger.Id("b"));
        ledger.Pool.Lose("a");
        ledger.Writing(key, "b");
        ledger.Flush("a");
        ledger.Journal.Flushed(early);
        Assert.Equal(Standing.Stale, ledger.At("b", key));
        ledger.Flush("b");
        Assert.Equal((Standing.Sound, true), (ledger.At("b", key), ledger.Journal.IsQuiet));
    }

    [Fact]
    public void A_key_that_was_cleaned_at_such_a_stand_in_is_remembered_as_clean_and_is_not_cleaned_again_and_again()
    {
        var ledger = With(new ActorCacheOptions { JournalMaxKeys = 1 });
        var keys = ledger.KeysOf("a", 2);
        foreach (var key in keys) ledger.Writing(key, "b");
        ledger.Flush("a");
        ledger.Pool.Lose("a");
        ledger.Journal.Cleaned(ledger.ToClean(keys[1], "b")!.Value);
        Assert.Equal(Standing.Sound, ledger.At("b", keys[1]));

        // Back again, the owner serves, and there is nothing left to do at the stand-in.
        ledger.Pool.Up("a");
        var deletes = 0;
        for (var i = 0; i < 10; i++)
        {
            ledger.Tidy();
            deletes += ledger.Clean("b");
        }
        Assert.InRange(deletes, 0, 1);
        Assert.Equal(Standing.Stale, ledger.At("b", keys[1]));
        Assert.Equal(0, ledger.Journal.Count);
    }

    [Fact]
    public void What_was_written_at_such_a_stand_in_after_it_was_cleaned_is_cleaned_again()
    {
        var ledger = With(new ActorCacheOptions { JournalMaxKeys = 1 });
        var keys = ledger.KeysOf("a", 2);
        foreach (var key in keys) ledger.Writing(key, "b");
        ledger.Flush("a");
        ledger.Pool.Lose("a");
        ledger.Journal.Cleaned(ledger.ToClean(keys[1], "b")!.Value);
        ledger.Writing(keys[1], "b")!.Value.Superseded();
        ledger.Pool.Up("a");
        ledger.Clean("a");
        ledger.Tidy();
        Assert.Equal(1, ledger.Clean("b"));
    }

    [Fact]
    public async Task Hammered_from_four_threads_its_accounts_agree_and_come_to_nothing_in_the_end()
    {
        var ledger = With(new ActorCacheOptions { JournalMaxKeys = 40 });
        var keys = Enumerable.Range(0, 200).Select(i => Ledger.Bytes($"key-{i:000000}")).ToArray();
        var ids = Hosts.Select(ledger.Id).ToArray();
        var threads = Enumerable.Range(0, 4).Select(seed => Task.Factory.StartNew(() => Hammer(ledger, keys, ids, new Random(seed)),
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)).ToList();
        foreach (var thread in threads) await thread.Soon();

        // Each account says what its entries say.
        foreach (var key in keys)
        {
            foreach (var id in ids)
            {
                if (ledger.Journal.PageOf(id).IsSpoiled) continue;
                var isListed = ledger.Journal.StaleAt(id).Any(copy => copy.Entry.Key.AsSpan().SequenceEqual(key));
                if (isListed) Assert.Equal(Standing.Stale, ledger.Journal.StandingOf(key, id));
            }
        }
        Assert.Equal(ledger.Journal.Count, ids.Sum(id => ledger.Journal.PageOf(id).Keys));
        Assert.All(ids, id => Assert.Equal(ledger.Journal.PageOf(id).Keys * (Overhead + 10L), ledger.Journal.PageOf(id).Bytes));
        Assert.All(ids, id => Assert.InRange(ledger.Journal.PageOf(id).Keys, 0, 40 + threads.Count)); // Who adds at once may overshoot.

        // All deletes and flushes are answered, and what was not noted has expired.
        foreach (var host in Hosts) ledger.Flush(host);
        ledger.Pool.Time.Advance(TimeSpan.FromHours(1));
        for (var round = 0; round < 3; round++)
        {
            ledger.Tidy();
            foreach (var host in Hosts) ledger.Clean(host);
        }
        ledger.Tidy();
        Assert.True(ledger.Journal.IsQuiet);
        Assert.All(ids, id => Assert.Equal((0, 0L, 0), (ledger.Journal.PageOf(id).Keys, ledger.Journal.PageOf(id).Bytes, ledger.Journal.PageOf(id).Stale.Count)));
    }

    private static void Hammer(Ledger ledger, byte[][] keys, int[] ids, Random random)
    {
        var journal = ledger.Journal;
        for (var i = 0; i < 20_000; i++)
        {
            var (key, id) = (keys[random.Next(keys.Length)], ids[random.Next(ids.Length)]);
            switch (random.Next(200))
            {
                case < 90: journal.Writing(key, id)?.Superseded(); break;
                case < 120: journal.InDoubt(key, id); break;
                case < 170:
                    if (journal.ToClean(key, id) is { } copy) journal.Cleaned(copy);
                    break;
                case < 190: journal.StandingOf(key, id); break;
                case < 195: journal.Tidy(ledger.Pool.Table); break;
                case 195: journal.Spoil(id); break;
                default: journal.Flushed(journal.BeforeFlush(id)); break;
            }
        }
    }

    private static Ledger With(ActorCacheOptions options) => new(new Pool(options, connected: true, Hosts));
}
