namespace ActorCache;

/// <summary>How <c>GetOrCreateAsync</c> creates, stores and shares a value. Of callers that wait for one creation, the first one's count.</summary>
public sealed record GetOrCreateOptions
{
    /// <summary>How long a created value lives; null for ever. Default: for ever.</summary>
    public TimeSpan? Ttl { get; init; }

    /// <summary>
    /// When less than this is left of a value's time to live, one caller creates it anew while the others get the present one (the meta
    /// protocol's <c>R</c>). Null, the default: not before it is gone.
    /// </summary>
    public TimeSpan? EarlyRefresh { get; init; }

    /// <summary>
    /// How long the one who creates may take before the next one may try, in whole seconds, rounded up (the meta protocol's <c>N</c>). What is
    /// created later than that is given to the caller and not stored, so it should exceed the longest creation. Default 10 s.
    /// </summary>
    public TimeSpan LeaseTime { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Whether a value that <see cref="IActorCache.InvalidateAsync"/> has marked as stale will do while somebody creates it anew. Without, the caller waits
    /// for the new one. Default true.
    /// </summary>
    public bool ServeStale { get; init; } = true;

    /// <summary>
    /// How long it is remembered that there is no value: for a creator that returns null. Until then callers get no value, and the creator is not
    /// asked. Null, the default: it is asked every time.
    /// </summary>
    public TimeSpan? NegativeTtl { get; init; }

    /// <summary>The tags by which the value can be invalidated, as <see cref="StoreOptions.Tags"/>. Default none.</summary>
    public IReadOnlyCollection<string>? Tags { get; init; }

    /// <summary>Refuses what makes no sense.</summary>
    internal void Check(string parameter)
    {
        MustBeAboveZero(nameof(Ttl), Ttl, parameter);
        MustBeAboveZero(nameof(EarlyRefresh), EarlyRefresh, parameter);
        MustBeAboveZero(nameof(LeaseTime), LeaseTime, parameter);
        MustBeAboveZero(nameof(NegativeTtl), NegativeTtl, parameter);
        if (Tags is not null) Tag.Check(Tags, parameter);
    }

    private static void MustBeAboveZero(string option, TimeSpan? value, string parameter)
    {
        if (value <= TimeSpan.Zero) throw new ArgumentOutOfRangeException(parameter, value, $"{option} must be above zero.");
    }
}
