using System.Text.Json.Serialization;

namespace ActorCache;

/// <summary>The answer to <see cref="IActorCache.VersionAsync"/> and <see cref="CacheProtocol.Version"/>.</summary>
/// <param name="Servers">Every server's answer by its name.</param>
public sealed record VersionResult(IReadOnlyDictionary<string, ServerVersion> Servers) : IActorCacheMessage
{
    /// <summary>Every server answered.</summary>
    [JsonIgnore]
    public bool IsComplete => Servers.Values.All(server => server.Outcome == CacheOutcome.Hit);
}
