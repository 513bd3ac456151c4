namespace ActorCache.Protocol;

/// <summary>One server of a cluster, as its configuration endpoint names it.</summary>
/// <param name="Host">Its host name; its address if it has no name.</param>
/// <param name="Port">Its port, 1 to 65535.</param>
public readonly record struct ClusterNode(string Host, int Port);
