namespace ActorCache.Placement;

/// <summary>A ring that counts, while some servers are away: the server for each remainder, worked out once.</summary>
internal sealed class ServingTable(Ring ring, ServerSet living, int[] servers) : ServingRing(ring, living)
{
    private readonly int[] _servers = servers;

    public override int ServerFor(KeyPlace place) => _servers[place.Hash % (uint)_servers.Length];
}
