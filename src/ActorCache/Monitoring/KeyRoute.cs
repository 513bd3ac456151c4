namespace ActorCache;

/// <summary>Where a key goes, and why.</summary>
/// <param name="Key">The key.</param>
/// <param name="Point">Where it lies: its hash; with <c>round-robin</c>, the number of this turn.</param>
/// <param name="Owner">Whose key it is when all is well, by the distribution's rule.</param>
/// <param name="StandIns">Every other server, in the order in which they would serve it, whether they live or not.</param>
/// <param name="StandIn">The living server that serves while the owner does not, or would; null when no other lives.</param>
/// <param name="Server">The server that serves it now; null when none does.</param>
/// <param name="Rule">The rule that chose that server, such as "first server clockwise on the ring"; null when none serves.</param>
/// <param name="Why">In a sentence.</param>
public sealed record KeyRoute(
    string Key, uint Point, string Owner, IReadOnlyList<string> StandIns, string? StandIn, string? Server, string? Rule, string Why);
