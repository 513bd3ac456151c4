namespace ActorCache;

/// <summary>What a server says to one who would create a value if need be.</summary>
/// <typeparam name="T">The value's type.</typeparam>
internal readonly record struct LeaseAnswer<T> : IAnswer
{
    /// <summary>Hit: there is an item, be it a place that is still empty. Miss: there is none, and no lease either. Else why there is no answer.</summary>
    public CacheOutcome Outcome { get; init; }

    public T? Value { get; init; }

    /// <summary>There is a value, stale or not.</summary>
    public bool HasValue { get; init; }

    /// <summary>There is the note that there is no value.</summary>
    public bool IsNegative { get; init; }

    /// <summary>It has been invalidated, and may be served while somebody creates it anew.</summary>
    public bool IsStale { get; init; }

    /// <summary>Nothing but the place of a value that somebody is creating, this caller if <see cref="Won"/>.</summary>
    public bool IsPlaceholder { get; init; }

    /// <summary>A tag of it has been invalidated: it is of no use, and has to go.</summary>
    public bool IsOutdated { get; init; }

    /// <summary>This caller is the one to create or renew it.</summary>
    public bool Won { get; init; }

    /// <summary>The version, on <see cref="Server"/> only.</summary>
    public ulong Cas { get; init; }

    public string? Server { get; init; }

    public bool FromStandIn { get; init; }

    /// <summary>The item itself, for one who has won a value that is still good, and may fail to renew it.</summary>
    public StoredItem? Stored { get; init; }

    public CacheResult<T> Result => new(HasValue ? CacheOutcome.Hit : CacheOutcome.Miss, Value, Cas, Server, FromStandIn, HasValue);
}
