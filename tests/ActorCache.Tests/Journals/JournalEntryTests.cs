namespace ActorCache.Tests;

/// <summary>One key's copies, step by step: whose counts, and what is listed to be cleaned where.</summary>
public class JournalEntryTests
{
    private readonly Ledger _ledger = new(new Pool("a", "b", "c"));
    private readonly JournalEntry _entry;
    private readonly int _a, _b, _c;

    public JournalEntryTests()
    {
        (_a, _b, _c) = (_ledger.Id("a"), _ledger.Id("b"), _ledger.Id("c"));
        _entry = new JournalEntry(_ledger.Journal, "k"u8.ToArray(), _a, [new Copy(_a, false, 0), new Copy(_c, false, 0)]);
    }

    [Fact]
    public void It_begins_with_whoever_may_hold_the_key_and_nothing_stale()
    {
        Assert.Equal([new Copy(_a, false, 0), new Copy(_c, false, 0)], _entry.Copies.ToArray());
        Assert.Null(_entry.At(_b));
        Assert.Equal(_a, _entry.Owner);
        IsListedAt();
    }

    [Fact]
    public void A_write_makes_all_other_copies_stale_and_marks_its_own()
    {
        var mark = _entry.Writing(_b)!.Value;
        Assert.Equal((_entry, _b), (mark.Entry, mark.Server));
        Assert.Equal(new Copy(_b, false, mark.Mark), _entry.At(_b));
        IsListedAt(_a, _c);
        Assert.True(_entry.Writing(_b)!.Value.Mark > mark.Mark);
    }

    [Fact]
    public void Stale_copies_keep_the_mark_of_the_last_write_there()
    {
        var atB = _entry.Writing(_b)!.Value;
        _entry.Writing(_a)!.Value.Superseded();
        Assert.Equal(new Copy(_b, true, atB.Mark), _entry.At(_b));
        IsListedAt(_b, _c);
    }

    [Fact]
    public void Doubt_takes_a_mark_of_its_own_so_that_no_earlier_delete_ends_it()
    {
        Assert.True(_entry.InDoubt(_a));
        var first = _entry.At(_a)!.Value;
        Assert.True(_entry.InDoubt(_a));
        Assert.True(_entry.At(_a)!.Value.Mark > first.Mark);
        _entry.Cleaned(_a, first.Mark, keep: false);
        IsListedAt(_a);
        _entry.Cleaned(_a, _entry.At(_a)!.Value.Mark, keep: false);
        Assert.Null(_entry.At(_a));
        IsListedAt();
    }

    [Fact]
    public void What_was_cleaned_is_gone_or_kept_as_nothing()
    {
        _entry.InDoubt(_b);
        _entry.Cleaned(_b, _entry.At(_b)!.Value.Mark, keep: true);
        Assert.Equal(new Copy(_b, false, Copy.Nothing), _entry.At(_b));
        IsListedAt();
        _entry.Retire(_b);
        Assert.Null(_entry.At(_b));
        IsListedAt();
    }

    [Fact]
    public void What_is_not_stale_cannot_be_cleaned()
    {
        var mark = _entry.Writing(_b)!.Value;
        _entry.Cleaned(_b, mark.Mark, keep: false);
        Assert.NotNull(_entry.At(_b));
        _entry.Cleaned(42, 0, keep: true);
        Assert.Null(_entry.At(42));
    }

    [Fact]
    public void A_copy_that_is_retired_is_to_be_cleaned()
    {
        _entry.Retire(_c);
        IsListedAt(_c);
        _entry.Retire(_b); // It has none.
        Assert.Null(_entry.At(_b));
        IsListedAt(_c);
    }

    [Fact]
    public void A_server_that_has_left_is_listed_nowhere()
    {
        _entry.InDoubt(_a);
        _entry.Forget(_a);
        Assert.Null(_entry.At(_a));
        IsListedAt();
    }

    [Fact]
    public void It_ends_once_and_only_if_it_may()
    {
        _entry.InDoubt(_a);
        Assert.False(_entry.TryDrop(_ => false));
        IsListedAt(_a);
        Assert.True(_entry.TryDrop(one => one == _entry));
        IsListedAt();
        Assert.False(_entry.TryDrop(_ => true));
    }

    [Fact]
    public void Once_ended_it_takes_no_more_notes()
    {
        _entry.TryDrop(_ => true);
        var copies = _entry.Copies.ToArray();
        Assert.Null(_entry.Writing(_b));
        Assert.False(_entry.InDoubt(_b));
        _entry.Retire(_a);
        _entry.Forget(_a);
        _entry.Superseded(_a, 0);
        _entry.Cleaned(_a, 0, keep: true);
        Assert.Equal(copies, _entry.Copies.ToArray());
        IsListedAt();
    }

    private void IsListedAt(params int[] servers) => Assert.Equal(servers,
        new[] { _a, _b, _c }.Where(id => _ledger.Journal.PageOf(id).Stale.ContainsKey(_entry)));
}
