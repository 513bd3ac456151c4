using System.Text.Json.Serialization;

namespace ActorCache;

/// <summary>The answer to a flush (<see cref="CacheProtocol.FlushAll"/>): one outcome a server.</summary>
/// <param name="Servers">
/// Every server's outcome by its name. Stored: it was flushed, or will be after the delay. ServerError: it does not allow it. Unavailable or
/// TimedOut: it could not be told; if it was to be flushed at once, it is flushed before it serves again, but with <see cref="OnRejoin.Admit"/>.
/// Overloaded: not told, nothing was sent.
/// </param>
public sealed record FlushResult(IReadOnlyDictionary<string, CacheOutcome> Servers) : IActorCacheMessage
{
    /// <summary>Every server was told.</summary>
    [JsonIgnore]
    public bool IsComplete => Servers.Values.All(outcome => outcome == CacheOutcome.Stored);
}
