using ActorCache.Placement;

namespace ActorCache;

/// <summary>What has been found out about the servers.</summary>
/// <param name="Servers">The servers that there are as far as is known, be it from before, in an order that is the same every time; none when nothing has ever been known.</param>
/// <param name="Trouble">What kept the whole of it from being found out anew; null when nothing did.</param>
internal sealed record Discovered(IReadOnlyList<ServerAddress> Servers, string? Trouble = null);
