namespace ActorCache;

/// <summary>The answer to <see cref="CacheProtocol.Get"/> and <see cref="CacheProtocol.GetAndTouch"/>: a hit, a miss, or none.</summary>
/// <param name="Key">The key asked for.</param>
public abstract record GetReply(string Key) : IActorCacheMessage
{
    /// <summary>The key is there.</summary>
    /// <param name="Key">The key asked for.</param>
    /// <param name="Value">Its bytes.</param>
    /// <param name="Cas">Its version.</param>
    /// <param name="Server">Who answered.</param>
    /// <param name="FromStandIn">Whether another server than the owner did.</param>
    public sealed record Hit(string Key, byte[] Value, ulong Cas, string Server, bool FromStandIn) : GetReply(Key);

    /// <summary>A server answered: the key is not there.</summary>
    public sealed record Miss(string Key, string Server) : GetReply(Key);

    /// <summary>No answer.</summary>
    /// <param name="Key">The key asked for.</param>
    /// <param name="Outcome">Why: Unavailable, TimedOut, Overloaded or ServerError.</param>
    public sealed record Unavailable(string Key, CacheOutcome Outcome) : GetReply(Key);
}
