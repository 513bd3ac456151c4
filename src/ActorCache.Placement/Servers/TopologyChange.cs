namespace ActorCache.Placement;

/// <summary>
/// The difference between two topologies by server name: whom to dial, whom to drain, and whose share changes. Another order of the same
/// servers is no change, although it gives them other indices.
/// </summary>
/// <param name="Added">Servers of the new topology that the old one lacks, in the new order.</param>
/// <param name="Removed">Servers of the old topology that the new one lacks, in the old order.</param>
/// <param name="Reweighted">Servers of both whose weight or alias differs, as they are now, in the new order.</param>
public sealed record TopologyChange(
    IReadOnlyList<ServerAddress> Added,
    IReadOnlyList<ServerAddress> Removed,
    IReadOnlyList<ServerAddress> Reweighted)
{
    /// <summary>Both topologies have the same servers with the same weights and aliases.</summary>
    public bool IsEmpty => Added.Count == 0 && Removed.Count == 0 && Reweighted.Count == 0;
}
