using System.Collections.Concurrent;
using System.Collections.Immutable;
using ActorCache.Placement;
using ActorCache.Transport;

namespace ActorCache;

/// <summary>
/// Which keys do not simply lie with their owners, and where nothing may be handed out because it may be older than what this client last
/// wrote. A key without an entry is held by its owner alone. The rule: a copy is stale from the moment a write goes elsewhere, until a
/// delete of the key has been answered there. Operations ask before they use a server, the sweep cleans up, the gate waits for it.
/// </summary>
/// <remarks>
/// Bounded for every owner of keys. A server whose stale copies could not be noted is spoiled as a whole, and flushed before it is used
/// again; a stand-in whose copies could not be noted is not trusted with that owner's keys until the longest-lived has expired.
/// </remarks>
internal sealed class Journal(int maxKeys, long maxBytes, TimeSpan standInTtl, TimeProvider time, JournalScope scope = JournalScope.Keys)
{
    private const int MaxFormerOwners = 32;
    private const int MaxHolders = 2 * MaxFormerOwners;
    private const int EntryOverhead = 200; // an entry, its array, two dictionary nodes
    private static readonly TimeSpan ExpiryMargin = TimeSpan.FromSeconds(5); // memcached counts whole seconds, on a clock of its own

    private readonly Lock _gate = new();
    private readonly ConcurrentDictionary<byte[], JournalEntry> _entries = new(KeyBytes.Comparer);
    private readonly ConcurrentDictionary<int, JournalPage> _pages = new();
    private readonly ConcurrentQueue<int> _overflows = new();
    private volatile Owners[] _owners = [];
    private long _lastMark;
    private int _count;          // of entries; counted before they can be found
    private volatile bool _wary; // some server is spoiled or distrusted

    /// <summary>What is kept for a cache with these options.</summary>
    public static JournalScope ScopeOf(OnRejoin onRejoin, Ownership ownership) => (onRejoin, ownership) switch
    {
        (OnRejoin.Admit, _) or (_, Ownership.Any) => JournalScope.Nothing,
        (_, Ownership.All) => JournalScope.Servers,
        _ => JournalScope.Keys,
    };

    /// <summary>Nothing is displaced: every key lies with its owner alone, and reads need not look here.</summary>
    public bool IsQuiet => Volatile.Read(ref _count) == 0 && !_wary;

    /// <summary>Some keys had other owners, who may still hold them: writes are to be noted even when all is well.</summary>
    public bool HasFormerOwners => _owners.Length > 1;

    /// <summary>How many keys there are entries of.</summary>
    public int Count => Volatile.Read(ref _count);

    public long NextMark() => Interlocked.Increment(ref _lastMark);

    public JournalPage PageOf(int server) => _pages.GetOrAdd(server, static _ => new JournalPage());

    /// <summary>Whether what this server holds of a key may be handed out.</summary>
    public Standing StandingOf(ReadOnlySpan<byte> key, int server)
    {
        var page = PageOf(server);
        if (page.IsSpoiled) return Standing.Spoiled;
        if (Find(key)?.At(server) is { } copy) return copy.IsStale ? Standing.Stale : Standing.Sound;
        return IsDistrusted(page, server, key) ? Standing.Stale : Standing.Sound;
    }

    /// <summary>
    /// A write of this key is about to be sent to this server: from now on nobody else's copy counts. Null when there is nothing to note,
    /// because no other server can hold the key.
    /// </summary>
    public CopyMark? Writing(ReadOnlySpan<byte> key, int server)
    {
        Span<int> room = stackalloc int[MaxHolders];
        while (scope == JournalScope.Keys)
        {
            var entry = Find(key);
            if (entry is null)
            {
                var holders = room[..Holders(key, room)];
                if (holders is [var only] && only == server) return null;
                entry = Add(key, holders);
                if (entry is null)
                {
                    Overflow(key, holders, server);
                    return null;
                }
            }
            if (entry.Writing(server) is { } mark) return mark;
        }
        return null;
    }

    /// <summary>A write was sent there and has no answer: it may have been applied, may be applied later, or not at all.</summary>
    public void InDoubt(ReadOnlySpan<byte> key, int server)
    {
        if (scope == JournalScope.Servers && Knows(server)) Spoil(server);
        Span<int> room = stackalloc int[MaxHolders];
        // What becomes of a server that has left the topology is settled when it comes again.
        while (scope == JournalScope.Keys && Knows(server))
        {
            var entry = Find(key) ?? Add(key, room[..Holders(key, room)]);
            if (entry is null)
            {
                Spoil(server);
                return;
            }
            if (entry.InDoubt(server)) return;
        }
    }

    /// <summary>What to delete before the key is used at this server, where it is stale. Null: it has become sound just now.</summary>
    public CopyMark? ToClean(ReadOnlySpan<byte> key, int server)
    {
        Span<int> room = stackalloc int[MaxHolders];
        while (scope == JournalScope.Keys)
        {
            var entry = Find(key);
            if (entry?.At(server) is { } copy) return copy.IsStale ? new CopyMark(entry, server, copy.Mark) : null;
            // Not trusted there without an entry; if there is no room for one, it has to be cleaned the next time too.
            entry ??= Add(key, room[..Holders(key, room)]) ?? JournalEntry.Unkept(this, key);
            entry.InDoubt(server);
            if (entry.At(server) is { IsStale: true } now) return new CopyMark(entry, server, now.Mark);
            if (entry.IsUnkept) return new CopyMark(entry, server, 0);
        }
        return null;
    }

    /// <summary>A delete that was sent after the mark was taken has been answered.</summary>
    public void Cleaned(CopyMark copy)
    {
        copy.Entry.Cleaned(copy.Server, copy.Mark, keep: IsDistrusted(PageOf(copy.Server), copy.Server, copy.Entry.Key));
        Drop(copy.Entry, IsIdle);
    }

    /// <summary>Everything that is stale at a server, as it is marked now.</summary>
    public List<CopyMark> StaleAt(int server)
    {
        var stale = new List<CopyMark>();
        foreach (var (entry, _) in PageOf(server).Stale)
        {
            if (entry.At(server) is { IsStale: true } copy) stale.Add(new CopyMark(entry, server, copy.Mark));
        }
        // The oldest first; and always in the same order, so that a simulated story can be told again.
        stale.Sort(static (one, other) => one.Mark != other.Mark ? one.Mark.CompareTo(other.Mark) : one.Entry.Key.AsSpan().SequenceCompareTo(other.Entry.Key));
        return stale;
    }

    /// <summary>Something at this server is to be cleaned.</summary>
    public bool HasWorkAt(int server) => PageOf(server) is var page && (page.IsSpoiled || !page.Stale.IsEmpty);

    /// <summary>Nobody knows any more what this server holds: it is to be flushed before it is used.</summary>
    public void Spoil(int server)
    {
        if (scope == JournalScope.Nothing) return;
        lock (_gate)
        {
            _wary = true;
            PageOf(server).Spoil();
        }
    }

    /// <summary>A caller wanted this server flushed, and it did not say that it was: it is to be flushed before it is used.</summary>
    public void Unflushed(int server)
    {
        if (scope == JournalScope.Nothing) return;
        lock (_gate)
        {
            // One that has left has no page any more, and is flushed in any case when it comes again.
            if (!Knows(server)) return;
            _wary = true;
            PageOf(server).SpoilForCaller();
        }
    }

    /// <summary>
    /// The server refuses to be flushed. True when it can be used all the same: only a caller had wanted it, who would have been refused too.
    /// </summary>
    public bool TryDoWithoutFlush(int server)
    {
        lock (_gate)
        {
            var page = PageOf(server);
            if (page.IsUnaccounted) return false;
            page.Mend(page.SpoiledBy);
            TakeHeart();
            return true;
        }
    }

    /// <summary>A write is sent to a server that is spoiled, because nobody else is left.</summary>
    public void UseSpoiled(int server)
    {
        lock (_gate) PageOf(server).IsUsedSpoiled = PageOf(server).IsSpoiled;
    }

    /// <summary>A server of which the journal has overflowed, once for every time: there is something to announce.</summary>
    public bool TryTakeOverflow(out int server) => _overflows.TryDequeue(out server);

    /// <summary>Taken before a flush is sent, or when a server turns out to have restarted, for <see cref="Flushed"/>.</summary>
    public FlushMark BeforeFlush(int server) => new(server, PageOf(server).SpoiledBy, NextMark(), StaleAt(server));

    /// <summary>The server was empty some time after the mark was taken.</summary>
    public void Flushed(FlushMark before)
    {
        foreach (var copy in before.Stale) Cleaned(copy);
        var page = PageOf(before.Server);
        ImmutableHashSet<int> standIns;
        lock (_gate)
        {
            page.Distrusted = page.Distrusted.RemoveRange(page.Distrusted.Where(one => one.Value.Mark <= before.Mark).Select(one => one.Key));
            standIns = page.Mend(before.SpoiledBy) ? page.UnnotedAt : [];
            // Its stand-ins' copies that nobody noted are of no more use, and cannot be found: they are left to expire.
            if (!standIns.IsEmpty) page.UnnotedAt = [];
            foreach (var standIn in standIns) DistrustAt(standIn, before.Server, Expiry());
            TakeHeart();
        }
        if (standIns.IsEmpty) return;
        foreach (var entry in _entries.Values)
        {
            // As its keys are distrusted there altogether, entries of single ones only take room.
            if (_owners[0].Of(entry.Key) == before.Server) Drop(entry, one => IsWithin(one, before.Server, standIns));
        }
    }

    /// <summary>
    /// Gives up copies that nobody asks any more: where the server that serves a key holds nothing stale of it, no other needs a copy. And
    /// ends the entries, and the distrust, that have become idle.
    /// </summary>
    public void Tidy(RouteTable table)
    {
        foreach (var entry in _entries.Values)
        {
            if (table.For(table.Place(entry.Key)) is { Health.State: ServerState.Up } serving && StandingOf(entry.Key, serving.Id) == Standing.Sound)
            {
                foreach (var copy in entry.Copies)
                {
                    if (copy.Server != serving.Id) entry.Retire(copy.Server);
                }
            }
            Drop(entry, IsIdle);
        }
        if (!_wary) return;
        lock (_gate)
        {
            var now = time.GetTimestamp();
            foreach (var page in _pages.Values) page.Distrusted = page.Distrusted.RemoveRange(page.Distrusted.Where(one => one.Value.Until <= now).Select(one => one.Key));
            TakeHeart();
        }
    }

    /// <summary>
    /// A new table is about to be published. If its ring is another one, keys that change owner stay behind at the former one, and a
    /// server that has left is forgotten.
    /// </summary>
    public void OnTable(RouteTable next)
    {
        var known = _owners;
        if (known.Length > 0 && known[0].Ring == next.Ring) return;
        var now = new Owners(next);
        // Where keys are not kept account of, nobody cleans up after a former owner: there is no use in knowing one.
        var former = scope == JournalScope.Keys ? known.Where(owners => !owners.IsSameAs(now)).ToList() : [];
        _owners = [now, .. former.Take(MaxFormerOwners)];

        lock (_gate)
        {
            // Too long ago to be looked up at every write: whoever owned keys then holds nobody knows what.
            foreach (var server in next.Servers.Where(server => former.Skip(MaxFormerOwners).Any(owners => owners.Knows(server.Id)))) PageOf(server.Id).Spoil();
            foreach (var (id, page) in _pages)
            {
                // Copies that nobody noted are known by their owner, who may be another one now.
                var unnoted = page.Distrusted.IsEmpty ? page.UnnotedAt : page.UnnotedAt.Add(id);
                foreach (var server in unnoted.Where(now.Knows)) PageOf(server).Spoil();
                page.UnnotedAt = [];
            }
            foreach (var gone in _pages.Keys.Where(id => !now.Knows(id)))
            {
                foreach (var entry in _entries.Values) entry.Forget(gone);
                _pages.TryRemove(gone, out _);
            }
            TakeHeart();
        }
    }

    private bool Knows(int server) => _owners is [var now, ..] && now.Knows(server);

    private JournalEntry? Find(ReadOnlySpan<byte> key) =>
        _entries.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(key, out var entry) ? entry : null;

    // Whoever may hold a key without an entry: its owner, first, those who owned it before, and stand-ins that nobody noted.
    private int Holders(ReadOnlySpan<byte> key, Span<int> holders)
    {
        var owners = _owners;
        var count = 0;
        foreach (var one in owners) Include(one.Of(key), holders);
        foreach (var standIn in PageOf(holders[0]).UnnotedAt) Include(standIn, holders);
        return count;

        void Include(int server, Span<int> all)
        {
            if (count < all.Length && owners[0].Knows(server) && !all[..count].Contains(server)) all[count++] = server;
        }
    }

    private JournalEntry? Add(ReadOnlySpan<byte> key, ReadOnlySpan<int> holders)
    {
        var page = PageOf(holders[0]);
        var bytes = key.Length + EntryOverhead;
        if (Volatile.Read(ref page.Keys) >= maxKeys || Volatile.Read(ref page.Bytes) + bytes > maxBytes) return null;

        var copies = new Copy[holders.Length];
        for (var i = 0; i < holders.Length; i++) copies[i] = new Copy(holders[i], IsDistrusted(PageOf(holders[i]), holders[i], key), NextMark());
        var entry = new JournalEntry(this, key.ToArray(), holders[0], copies);
        Interlocked.Increment(ref _count);
        var there = _entries.GetOrAdd(entry.Key, entry);
        if (there != entry)
        {
            entry.TryDrop(static _ => true);
            Interlocked.Decrement(ref _count);
            return there;
        }
        Interlocked.Increment(ref page.Keys);
        Interlocked.Add(ref page.Bytes, bytes);
        return entry;
    }

    // Who else may hold the key can no longer be noted key by key. An owner that is away is flushed when it returns; of the others, only this
    // owner's keys are not trusted: for good where they were written as the server's own, else until they have expired.
    private void Overflow(ReadOnlySpan<byte> key, ReadOnlySpan<int> holders, int server)
    {
        lock (_gate)
        {
            _wary = true;
            var owner = PageOf(holders[0]);
            // A write that goes elsewhere leaves nothing there: a flush that is under way mends that too, unless it is ahead of a write there.
            if (holders[0] != server && (!owner.IsUnaccounted || owner.IsUsedSpoiled))
            {
                if (!owner.IsUnaccounted) _overflows.Enqueue(holders[0]);
                owner.Spoil();
            }
            foreach (var holder in holders[1..])
            {
                if (holder == server) continue;
                var wasOwner = false;
                foreach (var former in _owners) wasOwner |= former.Of(key) == holder;
                DistrustAt(holder, holders[0], wasOwner ? long.MaxValue : Expiry());
            }
            if (holders[0] != server) owner.UnnotedAt = owner.UnnotedAt.Add(server);
        }
    }

    private void DistrustAt(int server, int owner, long until)
    {
        var page = PageOf(server);
        page.Distrusted = page.Distrusted.SetItem(owner, new Distrust(Math.Max(until, page.Distrusted.GetValueOrDefault(owner).Until), NextMark()));
    }

    private long Expiry() => time.GetTimestamp() + time.ToTimestamp(standInTtl + ExpiryMargin);

    private void Drop(JournalEntry entry, Func<JournalEntry, bool> isIdle)
    {
        if (!entry.TryDrop(isIdle)) return;
        _entries.TryRemove(KeyValuePair.Create(entry.Key, entry));
        Interlocked.Decrement(ref _count);
        var page = PageOf(entry.Owner);
        Interlocked.Decrement(ref page.Keys);
        Interlocked.Add(ref page.Bytes, -(entry.Key.Length + EntryOverhead));
    }

    // An entry that says no more than none would: the owner has the key, and nobody else.
    private bool IsIdle(JournalEntry entry)
    {
        foreach (var copy in entry.Copies)
        {
            if (Knows(copy.Server) && (copy.IsStale || copy.Server != _owners[0].Of(entry.Key))) return false;
        }
        return true;
    }

    private static bool IsWithin(JournalEntry entry, int owner, ImmutableHashSet<int> standIns)
    {
        foreach (var copy in entry.Copies)
        {
            if (copy.IsStale || (copy.Server != owner && !standIns.Contains(copy.Server))) return false;
        }
        return true;
    }

    private bool IsDistrusted(JournalPage page, int server, ReadOnlySpan<byte> key) =>
        !page.Distrusted.IsEmpty && _owners[0].Of(key) is var owner && owner != server && page.Distrusted.ContainsKey(owner);

    private void TakeHeart() => _wary = _pages.Values.Any(page => page.IsSpoiled || !page.Distrusted.IsEmpty);
}
