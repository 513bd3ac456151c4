namespace ActorCache;

/// <summary>
/// The answer to <see cref="CacheProtocol.Set"/>, <see cref="CacheProtocol.Store"/>, <see cref="CacheProtocol.Delete"/>,
/// <see cref="CacheProtocol.Touch"/> and what invalidates.
/// </summary>
/// <param name="Key">The key, or the name of the namespace, or the tag.</param>
public abstract record StoreReply(string Key) : IActorCacheMessage
{
    /// <summary>Done as asked.</summary>
    public sealed record Stored(string Key, string Server) : StoreReply(Key);

    /// <summary>The mode forbade it: add found the key, replace, append or prepend did not.</summary>
    public sealed record NotStored(string Key, string Server) : StoreReply(Key);

    /// <summary>Compare-and-swap: somebody else has changed the item.</summary>
    public sealed record Exists(string Key, string Server) : StoreReply(Key);

    /// <summary>There is no such item to delete, touch or swap.</summary>
    public sealed record NotFound(string Key, string Server) : StoreReply(Key);

    /// <summary>The server refused: the value is too large, it is out of memory, or its dialect has no such command.</summary>
    public sealed record Refused(string Key, CacheOutcome Outcome, string Server) : StoreReply(Key);

    /// <summary>No answer.</summary>
    /// <param name="Key">The key.</param>
    /// <param name="Outcome">Why: Unavailable, TimedOut or Overloaded.</param>
    /// <param name="MayHaveBeenApplied">Whether a request went out that may have been carried out.</param>
    public sealed record Unavailable(string Key, CacheOutcome Outcome, bool MayHaveBeenApplied) : StoreReply(Key);
}
