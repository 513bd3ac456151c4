namespace ActorCache.Protocol;

/// <summary>The servers of a cluster, as its configuration endpoint tells them.</summary>
/// <param name="Version">Greater after every change of the servers.</param>
/// <param name="Nodes">The servers in the endpoint's order: at least one, each once.</param>
public sealed record ClusterConfiguration(long Version, IReadOnlyList<ClusterNode> Nodes);
