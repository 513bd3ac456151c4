namespace ActorCache;

/// <summary>The answer to a store, delete or touch.</summary>
/// <param name="Outcome">How it ended: Stored means done as asked.</param>
/// <param name="Server">The server that answered, or the last one asked; null when none was.</param>
/// <param name="MayHaveBeenApplied">True when a request went out that nobody answered: it may have been carried out, or may yet be.</param>
public readonly record struct StoreResult(CacheOutcome Outcome, string? Server, bool MayHaveBeenApplied) : IAnswer
{
    /// <summary>Done as asked.</summary>
    public bool IsStored => Outcome == CacheOutcome.Stored;
}
