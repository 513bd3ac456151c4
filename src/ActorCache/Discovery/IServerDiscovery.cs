using ActorCache.Placement;

namespace ActorCache;

/// <summary>
/// One way to find servers. It remembers what it has found, because what cannot be found out for a while is as it was: an outage of whoever knows
/// the servers is none of the servers. It is asked one question at a time.
/// </summary>
internal interface IServerDiscovery
{
    /// <summary>Finds out what servers there are. What goes wrong is part of the answer, which comes within seconds.</summary>
    /// <param name="seeds">Where to look for them.</param>
    /// <param name="anyServes">Whether any server of the last answer is known to be well.</param>
    /// <param name="ct">Ends it, by an exception.</param>
    Task<Discovered> FindAsync(IReadOnlyList<ServerAddress> seeds, bool anyServes, CancellationToken ct);
}
