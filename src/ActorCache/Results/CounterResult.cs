namespace ActorCache;

/// <summary>The answer to an increment or decrement.</summary>
/// <param name="Outcome">How it ended: Stored means counted.</param>
/// <param name="Value">The counter's new value when counted, else 0.</param>
/// <param name="Server">The server that answered, or the last one asked; null when none was.</param>
/// <param name="MayHaveBeenApplied">True when a request went out that nobody answered: it may have been counted. It is never sent twice.</param>
public readonly record struct CounterResult(CacheOutcome Outcome, ulong Value, string? Server, bool MayHaveBeenApplied) : IAnswer
{
    /// <summary>Counted.</summary>
    public bool IsCounted => Outcome == CacheOutcome.Stored;

    ulong IAnswer.Number => Value;
}
