using System.Collections.Concurrent;
using System.Collections.Immutable;

namespace ActorCache;

/// <summary>The journal's account of one server. What is spoiled, unnoted or distrusted changes under the journal's lock.</summary>
internal sealed class JournalPage
{
    private int _spoilings;
    private volatile int _spoiledBy; // the spoiling that still stands, 0 for none

    /// <summary>Entries of keys that it owns.</summary>
    public int Keys;

    /// <summary>The memory they take.</summary>
    public long Bytes;

    /// <summary>The keys of which this server may hold stale copies.</summary>
    public ConcurrentDictionary<JournalEntry, byte> Stale { get; } = new(ReferenceEqualityComparer.Instance);

    /// <summary>Servers that hold copies of its keys nobody noted, because the journal was full.</summary>
    public ImmutableHashSet<int> UnnotedAt { get; set; } = [];

    /// <summary>Owners of whose keys this server may hold such copies from an earlier outage.</summary>
    public ImmutableDictionary<int, Distrust> Distrusted { get; set; } = ImmutableDictionary<int, Distrust>.Empty;

    /// <summary>Which spoiling stands: a flush that was sent before it does not mend it. 0 for none.</summary>
    public int SpoiledBy => _spoiledBy;

    /// <summary>Whether it has to be flushed before anything it holds is handed out.</summary>
    public bool IsSpoiled => _spoiledBy != 0;

    /// <summary>It is spoiled because nobody knows any more what it holds; else only because a caller wanted it flushed.</summary>
    public bool IsUnaccounted { get; private set; }

    /// <summary>It was written to all the same, as nobody else was left: a flush may be ahead of that write.</summary>
    public bool IsUsedSpoiled { get; set; }

    public void Spoil()
    {
        IsUnaccounted = true;
        _spoiledBy = ++_spoilings;
    }

    /// <summary>As good as spoiled, as far as the caller is concerned who wanted it flushed.</summary>
    public void SpoilForCaller() => _spoiledBy = ++_spoilings;

    /// <summary>True when it is sound from now on and was not.</summary>
    public bool Mend(int spoiledBy)
    {
        if (spoiledBy == 0 || spoiledBy != _spoiledBy) return false;
        _spoiledBy = 0;
        IsUsedSpoiled = IsUnaccounted = false;
        return true;
    }
}
