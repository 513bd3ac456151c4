namespace ActorCache;

/// <summary>The answer to <see cref="CacheProtocol.Increment"/> and <see cref="CacheProtocol.Decrement"/>.</summary>
/// <param name="Key">The counter.</param>
public abstract record CounterReply(string Key) : IActorCacheMessage
{
    /// <summary>Counted.</summary>
    public sealed record Counted(string Key, ulong Value, string Server) : CounterReply(Key);

    /// <summary>There is no such counter.</summary>
    public sealed record NotFound(string Key, string Server) : CounterReply(Key);

    /// <summary>The server refused: the item is not a number, or the server cannot.</summary>
    public sealed record Refused(string Key, CacheOutcome Outcome, string Server) : CounterReply(Key);

    /// <summary>No answer.</summary>
    /// <param name="Key">The counter.</param>
    /// <param name="Outcome">Why: Unavailable, TimedOut or Overloaded.</param>
    /// <param name="MayHaveBeenApplied">Whether it may have been counted.</param>
    public sealed record Unavailable(string Key, CacheOutcome Outcome, bool MayHaveBeenApplied) : CounterReply(Key);
}
