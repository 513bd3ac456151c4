namespace ActorCache;

/// <summary>
/// One key that does not simply lie with its owner: every server that may hold a copy, and whether that copy may be handed out. Changed
/// under its own lock; read without.
/// </summary>
internal sealed class JournalEntry
{
    private readonly Lock _gate = new();
    private readonly Journal _journal;
    private volatile Copy[] _copies;
    private bool _dropped; // under the gate: no longer in the journal

    public JournalEntry(Journal journal, byte[] key, int owner, Copy[] copies)
    {
        _journal = journal;
        Key = key;
        Owner = owner;
        _copies = [];
        foreach (var copy in copies) Put(copy);
    }

    /// <summary>One that carries a key to where it is cleaned, and that no journal has room for.</summary>
    public static JournalEntry Unkept(Journal journal, ReadOnlySpan<byte> key) => new(journal, key.ToArray(), owner: 0, []) { _dropped = true, IsUnkept = true };

    public bool IsUnkept { get; private init; }

    public byte[] Key { get; }

    /// <summary>On whose account it is kept: the key's owner when the entry was made.</summary>
    public int Owner { get; }

    public ReadOnlySpan<Copy> Copies => _copies;

    public Copy? At(int server)
    {
        foreach (var copy in _copies)
        {
            if (copy.Server == server) return copy;
        }
        return null;
    }

    /// <summary>A write is about to be sent to <paramref name="server"/>: every other copy is stale from now on. Null: the entry is gone.</summary>
    public CopyMark? Writing(int server)
    {
        lock (_gate)
        {
            if (_dropped) return null;
            foreach (var copy in _copies)
            {
                if (copy.Server != server && !copy.IsStale) Put(copy with { IsStale = true });
            }
            var here = At(server) ?? new Copy(server, IsStale: false, Mark: 0);
            here = here with { Mark = _journal.NextMark() };
            Put(here);
            return new CopyMark(this, server, here.Mark);
        }
    }

    /// <summary>The write that took this mark is in the server's pipeline and replaces whatever was stale there.</summary>
    public void Superseded(int server, long mark)
    {
        lock (_gate)
        {
            if (!_dropped && At(server) is { IsStale: true } copy && copy.Mark == mark) Put(copy with { IsStale = false });
        }
    }

    /// <summary>A write may yet be applied there, or may not have been. False: the entry is gone.</summary>
    public bool InDoubt(int server)
    {
        lock (_gate)
        {
            if (_dropped) return false;
            Put(new Copy(server, IsStale: true, _journal.NextMark()));
            return true;
        }
    }

    /// <summary>What a server holds is of no more use, since another one is asked now.</summary>
    public void Retire(int server)
    {
        lock (_gate)
        {
            if (_dropped || At(server) is not { IsStale: false } copy) return;
            if (copy.Mark == Copy.Nothing) Remove(server);
            else Put(copy with { IsStale = true });
        }
    }

    /// <summary>The server holds nothing of the key any more, if no write has been sent there since the mark.</summary>
    /// <param name="server">Where a delete was answered.</param>
    /// <param name="mark">The copy's mark when the delete was sent.</param>
    /// <param name="keep">Remember that the server is clean: what it holds without an entry is not trusted.</param>
    public void Cleaned(int server, long mark, bool keep)
    {
        lock (_gate)
        {
            if (_dropped || At(server) is not { IsStale: true } copy || copy.Mark != mark) return;
            if (keep) Put(new Copy(server, IsStale: false, Copy.Nothing));
            else Remove(server);
        }
    }

    /// <summary>The server has left for good.</summary>
    public void Forget(int server)
    {
        lock (_gate)
        {
            if (!_dropped) Remove(server);
        }
    }

    /// <summary>Ends the entry if <paramref name="isIdle"/> says that its copies need none. True once.</summary>
    public bool TryDrop(Func<JournalEntry, bool> isIdle)
    {
        lock (_gate)
        {
            if (_dropped || !isIdle(this)) return false;
            foreach (var copy in _copies) _journal.PageOf(copy.Server).Stale.TryRemove(this, out _);
            return _dropped = true;
        }
    }

    private void Put(Copy copy)
    {
        var copies = _copies;
        var index = Array.FindIndex(copies, one => one.Server == copy.Server);
        _copies = index < 0 ? [.. copies, copy] : [.. copies.AsSpan(0, index), copy, .. copies.AsSpan(index + 1)];
        var stale = _journal.PageOf(copy.Server).Stale;
        if (copy.IsStale) stale.TryAdd(this, 0);
        else stale.TryRemove(this, out _);
    }

    private void Remove(int server)
    {
        _copies = Array.FindAll(_copies, copy => copy.Server != server);
        _journal.PageOf(server).Stale.TryRemove(this, out _);
    }
}
