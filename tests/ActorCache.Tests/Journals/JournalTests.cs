namespace ActorCache.Tests;

/// <summary>Which copies of which keys count, from the first write elsewhere to the last delete.</summary>
public class JournalTests
{
    private readonly Ledger _ledger = new(new Pool("a", "b", "c"));
    private readonly string _key;

    public JournalTests() => _key = _ledger.Pool.KeyOf("a", "b", "c");

    private Journal Journal => _ledger.Journal;

    [Fact]
    public void A_key_that_is_written_to_its_owner_needs_no_note()
    {
        Assert.Null(_ledger.Writing(_key, "a"));
        Assert.True(Journal.IsQuiet);
        Assert.False(Journal.HasFormerOwners);
    }

    [Fact]
    public void A_write_elsewhere_leaves_the_owners_copy_stale_and_nobody_elses()
    {
        Assert.NotNull(_ledger.Writing(_key, "b"));
        Assert.Equal((Standing.Stale, Standing.Sound, Standing.Sound), (_ledger.At("a", _key), _ledger.At("b", _key), _ledger.At("c", _key)));
        Assert.Equal((1, false), (Journal.Count, Journal.IsQuiet));
        Assert.Equal((true, false), (Journal.HasWorkAt(_ledger.Id("a")), Journal.HasWorkAt(_ledger.Id("b"))));
        Assert.Equal(Ledger.Bytes(_key), Assert.Single(Journal.StaleAt(_ledger.Id("a"))).Entry.Key);
    }

    [Fact]
    public void Wherever_it_was_written_last_counts()
    {
        _ledger.Writing(_key, "b");
        _ledger.Writing(_key, "c");
        Assert.Equal((Standing.Stale, Standing.Stale, Standing.Sound), (_ledger.At("a", _key), _ledger.At("b", _key), _ledger.At("c", _key)));
        _ledger.Writing(_key, "a")!.Value.Superseded();
        Assert.Equal((Standing.Sound, Standing.Stale, Standing.Stale), (_ledger.At("a", _key), _ledger.At("b", _key), _ledger.At("c", _key)));
        Assert.Equal(1, Journal.Count);
    }

    [Fact]
    public void One_key_says_nothing_of_another()
    {
        _ledger.Writing(_key, "b");
        Assert.Equal(Standing.Sound, _ledger.At("a", _key + "x"));
    }

    [Fact]
    public void A_write_takes_a_stale_copys_place_only_once_it_is_in_the_pipeline()
    {
        _ledger.Writing(_key, "b");
        var write = _ledger.Writing(_key, "a")!.Value;
        Assert.Equal(Standing.Stale, _ledger.At("a", _key));
        write.Superseded();
        Assert.Equal(Standing.Sound, _ledger.At("a", _key));
    }

    [Fact]
    public void A_write_that_another_has_overtaken_takes_nobodys_place()
    {
        _ledger.Writing(_key, "b");
        var first = _ledger.Writing(_key, "a")!.Value;
        _ledger.Writing(_key, "b");
        _ledger.Writing(_key, "a");
        first.Superseded();
        Assert.Equal(Standing.Stale, _ledger.At("a", _key));
    }

    [Fact]
    public void A_write_whose_answer_failed_to_come_is_not_taken_for_one_that_is_in_the_pipeline()
    {
        _ledger.Writing(_key, "b");
        var write = _ledger.Writing(_key, "a")!.Value;
        _ledger.InDoubt(_key, "a");
        write.Superseded();
        Assert.Equal(Standing.Stale, _ledger.At("a", _key));
    }

    [Fact]
    public void A_delete_cleans_what_was_there_when_it_was_sent()
    {
        _ledger.Writing(_key, "b");
        var delete = _ledger.ToClean(_key, "a")!.Value;
        Journal.Cleaned(delete);
        Assert.Equal(Standing.Sound, _ledger.At("a", _key));
        Assert.Empty(Journal.StaleAt(_ledger.Id("a")));
    }

    [Fact]
    public void A_delete_that_was_sent_before_another_write_has_not_cleaned_up_after_it()
    {
        _ledger.InDoubt(_key, "a");
        var delete = _ledger.ToClean(_key, "a")!.Value;
        _ledger.InDoubt(_key, "a");
        Journal.Cleaned(delete);
        Assert.Equal(Standing.Stale, _ledger.At("a", _key));
    }

    [Fact]
    public void A_write_in_doubt_makes_the_servers_copy_stale_be_it_the_owner()
    {
        _ledger.InDoubt(_key, "a");
        Assert.Equal((Standing.Stale, 1), (_ledger.At("a", _key), Journal.Count));
        _ledger.InDoubt(_key, "b");
        Assert.Equal((Standing.Stale, 1), (_ledger.At("b", _key), Journal.Count));
    }

    [Fact]
    public void Where_the_owner_serves_again_the_other_copies_are_given_up_cleaned_and_forgotten()
    {
        _ledger.Writing(_key, "b");
        _ledger.Tidy();
        Assert.Equal(Standing.Sound, _ledger.At("b", _key)); // The owner has still to be cleaned.
        Assert.Equal(1, _ledger.Clean("a"));
        _ledger.Tidy();
        Assert.Equal(Standing.Stale, _ledger.At("b", _key));
        Assert.Equal(1, Journal.Count);
        Assert.Equal(1, _ledger.Clean("b"));
        IsForgotten();
    }

    [Fact]
    public void Nothing_is_given_up_while_the_owner_is_away()
    {
        _ledger.Pool.Lose("a");
        _ledger.Writing(_key, "b");
        _ledger.Tidy();
        Assert.Equal(Standing.Sound, _ledger.At("b", _key));
        Assert.Equal(Standing.Stale, _ledger.At("a", _key));
        Assert.Equal(1, Journal.Count);
    }

    [Fact]
    public void What_is_stale_at_the_owner_alone_is_forgotten_with_its_delete()
    {
        _ledger.InDoubt(_key, "a");
        _ledger.Clean("a");
        IsForgotten();
    }

    [Fact]
    public void An_entry_that_was_forgotten_is_made_anew_by_whoever_holds_on_to_it()
    {
        _ledger.InDoubt(_key, "a");
        var delete = _ledger.ToClean(_key, "a")!.Value;
        Journal.Cleaned(delete);
        IsForgotten();
        Journal.Cleaned(delete);
        delete.Superseded();
        IsForgotten();
        _ledger.Writing(_key, "b");
        Assert.NotSame(delete.Entry, Assert.Single(Journal.StaleAt(_ledger.Id("a"))).Entry);
    }

    [Fact]
    public void A_flush_cleans_what_was_stale_when_it_was_sent()
    {
        var keys = _ledger.KeysOf("a", 3);
        foreach (var key in keys[..2]) _ledger.Writing(key, "b");
        var flush = Journal.BeforeFlush(_ledger.Id("a"));
        _ledger.Writing(keys[2], "b");
        Journal.Flushed(flush);
        Assert.Equal([Standing.Sound, Standing.Sound, Standing.Stale], keys.Select(key => _ledger.At("a", key)));
    }

    [Fact]
    public void A_spoiled_server_is_sound_after_a_flush_that_was_sent_later()
    {
        Journal.Spoil(_ledger.Id("a"));
        Assert.Equal((Standing.Spoiled, true, false), (_ledger.At("a", "any"), Journal.HasWorkAt(_ledger.Id("a")), Journal.IsQuiet));
        var early = Journal.BeforeFlush(_ledger.Id("a"));
        Journal.Spoil(_ledger.Id("a"));
        Journal.Flushed(early);
        Assert.Equal(Standing.Spoiled, _ledger.At("a", "any"));
        _ledger.Flush("a");
        Assert.Equal((Standing.Sound, true), (_ledger.At("a", "any"), Journal.IsQuiet));
    }

    [Fact]
    public void A_flush_before_anything_was_spoiled_mends_nothing_that_is_spoiled_later()
    {
        var early = Journal.BeforeFlush(_ledger.Id("a"));
        Journal.Spoil(_ledger.Id("a"));
        Journal.Flushed(early);
        Assert.Equal(Standing.Spoiled, _ledger.At("a", "any"));
    }

    [Fact]
    public void Told_to_note_nothing_it_notes_nothing()
    {
        var ledger = new Ledger(new Pool(new ActorCacheOptions { OnRejoin = OnRejoin.Admit }, connected: true, "a", "b"));
        var key = ledger.Pool.KeyOf("a", "b");
        Assert.Null(ledger.Writing(key, "b"));
        ledger.InDoubt(key, "a");
        ledger.Journal.Spoil(ledger.Id("a"));
        Assert.Null(ledger.ToClean(key, "a"));
        Assert.Equal(Standing.Sound, ledger.At("a", key));
        Assert.True(ledger.Journal.IsQuiet);
        Assert.False(ledger.Journal.HasWorkAt(ledger.Id("a")));
    }

    private void IsForgotten()
    {
        Assert.True(Journal.IsQuiet);
        Assert.Equal(0, Journal.Count);
        foreach (var host in new[] { "a", "b", "c" })
        {
            Assert.Equal((0, 0L), (_ledger.Page(host).Keys, _ledger.Page(host).Bytes));
            Assert.Empty(_ledger.Page(host).Stale);
        }
    }
}
