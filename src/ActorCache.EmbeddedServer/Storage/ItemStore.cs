using System.Buffers.Text;
using ActorCache.EmbeddedServer.Commands;
using ActorCache.EmbeddedServer.Statistics;

namespace ActorCache.EmbeddedServer.Storage;

/// <summary>
/// The memory of one server: items by key, in order of use, under a hard limit of bytes. A command holds <see cref="Gate"/> for as long as
/// it looks at items or changes them; every member here expects that. Which command wants what is left to the commands.
/// </summary>
internal sealed class ItemStore
{
    // memcached too only looks at a few items at the tail for one that has expired before it evicts a living one.
    private const int TailSearch = 5;

    // The longest counter: 18446744073709551615.
    private const int CounterDigits = 20;

    private readonly Dictionary<byte[], Item> _items = new(new KeyComparer());
    private readonly Dictionary<byte[], Item>.AlternateLookup<ReadOnlySpan<byte>> _byKey;
    private readonly LeastRecentlyUsed _order = new();
    private readonly ServerClock _clock;
    private readonly ServerStatistics _statistics;
    private readonly int _maxItemSize;
    private ulong _lastCas;
    private uint _flushedUpTo;

    public ItemStore(ServerClock clock, ServerStatistics statistics, long memoryLimit, int maxItemSize)
    {
        _byKey = _items.GetAlternateLookup<ReadOnlySpan<byte>>();
        _clock = clock;
        _statistics = statistics;
        _maxItemSize = maxItemSize;
        MemoryLimit = memoryLimit;
    }

    /// <summary>Held by whoever looks at items or changes them; it guards the statistics as well.</summary>
    public Lock Gate { get; } = new();

    public long MemoryLimit { get; private set; }

    public long Bytes { get; private set; }

    public int Count => _items.Count;

    /// <summary>All it holds, in no order; also what has expired and was not looked at since.</summary>
    public IEnumerable<Item> Items => _items.Values;

    /// <summary>Whether an item of that size may be stored at all.</summary>
    public bool Accepts(int key, long value, uint clientFlags) => Item.SizeOf(key, value, clientFlags) <= _maxItemSize;

    /// <summary>Whether the whole memory would hold it.</summary>
    public bool HasRoomFor(int key, long value, uint clientFlags) => Item.SizeOf(key, value, clientFlags) <= MemoryLimit;

    /// <summary>The living item of a key, or null. One that has expired or was flushed goes here, at the first look at it.</summary>
    public Item? Find(ReadOnlySpan<byte> key)
    {
        if (!_byKey.TryGetValue(key, out var item))
        {
            return null;
        }
        var now = _clock.Now;
        if (_flushedUpTo != 0 && _flushedUpTo <= now && item.LastAccess <= _flushedUpTo)
        {
            _statistics.GetFlushed++;
        }
        else if (IsExpired(item, now))
        {
            _statistics.GetExpired++;
        }
        else
        {
            return item;
        }
        Remove(item);
        return null;
    }

    /// <summary>Marks a fetch: the item moves to the head of the order of use.</summary>
    public void Fetched(Item item)
    {
        // The first fetch only marks the item and leaves its time alone, as memcached's segmented LRU does.
        if (item.Fetched)
        {
            item.LastAccess = _clock.Now;
        }
        item.Fetched = true;
        _order.Used(item);
    }

    /// <summary>Runs a storage command whose value has arrived. <paramref name="staleAllowed"/> is the I flag of <c>ms</c>.</summary>
    public StoreOutcome Store(
        StoreMode mode,
        ReadOnlySpan<byte> key,
        ReadOnlySpan<byte> value,
        uint clientFlags,
        uint expiresAt,
        ulong cas,
        bool staleAllowed,
        out Item? stored)
    {
        stored = null;
        var old = Find(key);
        if (old is null)
        {
            switch (mode)
            {
                case StoreMode.Set or StoreMode.Add:
                    stored = Link(key, value.ToArray(), clientFlags, expiresAt);
                    return StoreOutcome.Stored;
                case StoreMode.Cas:
                    _statistics.CasMisses++;
                    return StoreOutcome.NotFound;
                default:
                    return StoreOutcome.NotStored;
            }
        }

        var matches = cas != 0 && cas == old.Cas;
        switch (mode)
        {
            case StoreMode.Add:
                Used(old);
                return StoreOutcome.NotStored;

            case StoreMode.Cas when matches:
                _statistics.CasHits++;
                break;

            case StoreMode.Cas when staleAllowed && cas != 0 && cas < old.Cas:
                // A late writer: its value is taken, but stays marked as stale and keeps the old one's time to live.
                var tokenSent = old.TokenSent;
                Renew(old, value.ToArray(), clientFlags, old.ExpiresAt);
                old.Stale = true;
                old.TokenSent = tokenSent;
                stored = old;
                return StoreOutcome.Stored;

            case StoreMode.Cas:
                _statistics.CasBadValue++;
                return StoreOutcome.Exists;

            case StoreMode.Append or StoreMode.Prepend:
                if (cas != 0 && !matches)
                {
                    return StoreOutcome.Exists;
                }
                var length = (long)old.Value.Length + value.Length;
                if (!Accepts(key.Length, length, old.ClientFlags) || !HasRoomFor(key.Length, length, old.ClientFlags))
                {
                    return StoreOutcome.NotStored;
                }
                byte[] joined = mode == StoreMode.Append ? [.. old.Value, .. value] : [.. value, .. old.Value];
                Renew(old, joined, old.ClientFlags, old.ExpiresAt);
                stored = old;
                return StoreOutcome.Stored;
        }
        Renew(old, value.ToArray(), clientFlags, expiresAt);
        stored = old;
        return StoreOutcome.Stored;
    }

    /// <summary>
    /// Adds to or takes from a counter. A cas of 0 matches anything. A result that fits keeps the value's width, padded with spaces.
    /// </summary>
    public DeltaOutcome AddDelta(ReadOnlySpan<byte> key, bool increment, ulong delta, ulong cas, out Item? item, out ulong result)
    {
        result = 0;
        item = Find(key);
        if (item is null)
        {
            return DeltaOutcome.NotFound;
        }
        if (item.Value.Length > 0 && cas != 0 && cas != item.Cas)
        {
            return DeltaOutcome.CasMismatch;
        }
        if (!CNumber.TryUInt64(item.Value, out var before))
        {
            return DeltaOutcome.NonNumeric;
        }
        result = increment ? unchecked(before + delta) : before - Math.Min(before, delta);
        if (increment)
        {
            _statistics.IncrHits++;
        }
        else
        {
            _statistics.DecrHits++;
        }

        Span<byte> digits = stackalloc byte[CounterDigits];
        Utf8Formatter.TryFormat(result, digits, out var width);
        if (width > item.Value.Length)
        {
            Renew(item, digits[..width].ToArray(), item.ClientFlags, item.ExpiresAt);
            return DeltaOutcome.Changed;
        }
        // A new array, not a write into the old one: a reply may still be copying that.
        var value = new byte[item.Value.Length];
        value.AsSpan().Fill((byte)' ');
        digits[..width].CopyTo(value);
        item.Overwrite(value);
        item.Cas = NextCas();
        Used(item);
        return DeltaOutcome.Changed;
    }

    /// <summary>Stores a key that is known not to be there.</summary>
    public Item Link(ReadOnlySpan<byte> key, byte[] value, uint clientFlags, uint expiresAt)
    {
        var item = new Item(key.ToArray()) { Cas = NextCas(), LastAccess = _clock.Now };
        item.Renew(value, clientFlags, expiresAt);
        _items.Add(item.Key, item);
        _order.Add(item);
        Bytes += item.Size;
        _statistics.TotalItems++;
        MakeRoom();
        return item;
    }

    public void Remove(Item item)
    {
        _items.Remove(item.Key);
        _order.Remove(item);
        Bytes -= item.Size;
    }

    public ulong NextCas() => ++_lastCas;

    /// <summary>Empties the memory now.</summary>
    public void Flush()
    {
        _flushedUpTo = 0;
        NextCas();
        _items.Clear();
        _order.Clear();
        Bytes = 0;
    }

    /// <summary>From this server second on, what was last used before its end is gone; found out at the next look at it.</summary>
    public void FlushUpTo(uint second)
    {
        _flushedUpTo = second;
        if (second <= _clock.Now)
        {
            NextCas();
        }
    }

    public void ChangeMemoryLimit(long bytes)
    {
        MemoryLimit = bytes;
        MakeRoom();
    }

    private static bool IsExpired(Item item, uint now) => item.ExpiresAt != 0 && item.ExpiresAt <= now;

    private void Renew(Item item, byte[] value, uint clientFlags, uint expiresAt)
    {
        Bytes -= item.Size;
        item.Renew(value, clientFlags, expiresAt);
        item.Cas = NextCas();
        Used(item);
        Bytes += item.Size;
        _statistics.TotalItems++;
        MakeRoom();
    }

    private void Used(Item item)
    {
        item.LastAccess = _clock.Now;
        _order.Used(item);
    }

    private void MakeRoom()
    {
        while (Bytes > MemoryLimit && _order.Oldest is { } oldest)
        {
            if (ExpiredNearTheTail(oldest) is { } expired)
            {
                _statistics.Reclaimed++;
                Remove(expired);
                continue;
            }
            _statistics.Evictions++;
            if (!oldest.Fetched)
            {
                _statistics.EvictedUnfetched++;
            }
            Remove(oldest);
        }
    }

    private Item? ExpiredNearTheTail(Item oldest)
    {
        var now = _clock.Now;
        var item = oldest;
        for (var looked = 0; item is not null && looked < TailSearch; looked++, item = item.Newer)
        {
            if (IsExpired(item, now))
            {
                return item;
            }
        }
        return null;
    }
}
