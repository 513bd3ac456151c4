namespace ActorCache;

/// <summary>What a flight comes to.</summary>
/// <param name="Result">The value and where it is from, unless it failed.</param>
/// <param name="IsStale">The value has been invalidated, and somebody is creating it anew.</param>
/// <param name="Fault">Why there is none.</param>
/// <param name="IsCreators">It was the creator that failed: the others may try their own.</param>
internal sealed record CreationEnd<T>(CacheResult<T> Result, bool IsStale = false, Exception? Fault = null, bool IsCreators = false);
