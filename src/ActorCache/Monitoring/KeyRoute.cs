namespace ActorCache;

/// <summary>Where a key goes, and why.</summary>
/// <param name="Key">The key.</param>
/// <param name="Point">Where it lies on the ring.</param>
/// <param name="Owner">The first server clockwise on the full ring.</param>
/// <param name="StandIn">The living server that serves while the owner does not, or would; null when no other lives.</param>
/// <param name="Server">The server that serves it now; null when none does.</param>
/// <param name="Why">One sentence.</param>
public sealed record KeyRoute(string Key, uint Point, string Owner, string? StandIn, string? Server, string Why);
