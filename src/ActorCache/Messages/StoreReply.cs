namespace ActorCache;

/// <summary>The answer to <see cref="CacheProtocol.Set"/>, <see cref="CacheProtocol.Delete"/>, <see cref="CacheProtocol.Touch"/> and what invalidates.</summary>
/// <param name="Key">The key, or the name of the namespace, or the tag.</param>
public abstract record StoreReply(string Key) : IActorCacheMessage
{
    /// <summary>Done as asked.</summary>
    public sealed record Stored(string Key, string Server) : StoreReply(Key);

    /// <summary>There is no such item to delete or touch.</summary>
    public sealed record NotFound(string Key, string Server) : StoreReply(Key);

    /// <summary>The server refused: the value is too large, or it is out of memory.</summary>
    public sealed record Refused(string Key, CacheOutcome Outcome, string Server) : StoreReply(Key);

    /// <summary>No answer.</summary>
    /// <param name="Key">The key.</param>
    /// <param name="Outcome">Why: Unavailable, TimedOut or Overloaded.</param>
    /// <param name="MayHaveBeenApplied">Whether a request went out that may have been carried out.</param>
    public sealed record Unavailable(string Key, CacheOutcome Outcome, bool MayHaveBeenApplied) : StoreReply(Key);
}
