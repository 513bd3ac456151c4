namespace ActorCache.Caching;

/// <summary>
/// The cache has no answer. Thrown where an interface knows only found and not found: to say "not found" in an outage would lose what others have
/// invalidated meanwhile (HybridCache and FusionCache read their tags' marks from here, and take a missing one for "never").
/// </summary>
public sealed class CacheUnavailableException : Exception
{
    /// <param name="outcome">Why: Unavailable, TimedOut, Overloaded, ServerError, TooLarge, or another one that is no answer to what was asked.</param>
    /// <param name="server">The last server asked; null when none was.</param>
    /// <param name="mayHaveBeenApplied">A request went out that nobody answered: it may have been carried out, or may yet be.</param>
    public CacheUnavailableException(CacheOutcome outcome, string? server = null, bool mayHaveBeenApplied = false)
        : base($"The cache has no answer: {outcome}{(server is null ? "" : $" from {server}")}{(mayHaveBeenApplied ? "; the request may have been carried out" : "")}.") =>
        (Outcome, Server, MayHaveBeenApplied) = (outcome, server, mayHaveBeenApplied);

    /// <summary>Of a write.</summary>
    public CacheUnavailableException(StoreResult result) : this(result.Outcome, result.Server, result.MayHaveBeenApplied) { }

    /// <summary>Why there is no answer.</summary>
    public CacheOutcome Outcome { get; }

    /// <summary>The last server asked; null when none was.</summary>
    public string? Server { get; }

    /// <summary>A request went out that nobody answered: it may have been carried out, or may yet be.</summary>
    public bool MayHaveBeenApplied { get; }
}
