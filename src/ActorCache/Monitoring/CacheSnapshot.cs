namespace ActorCache;

/// <summary>A cache at one moment.</summary>
/// <param name="Cache">The cache's name.</param>
/// <param name="TableVersion">The route table's version: greater after every change.</param>
/// <param name="Distribution">How keys are placed.</param>
/// <param name="RingFingerprint">Sixteen hexadecimal digits; processes that show the same send every key to the same server.</param>
/// <param name="Servers">Every server in configured order.</param>
public sealed record CacheSnapshot(
    string Cache, long TableVersion, string Distribution, string RingFingerprint, IReadOnlyList<ServerSnapshot> Servers) : IActorCacheMessage;
