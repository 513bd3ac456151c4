namespace ActorCache;

/// <summary>What <see cref="ActorCacheOptions.Servers"/> names: the servers themselves, or where they are found.</summary>
public enum Discovery
{
    /// <summary>The servers. Each keeps its name and its keys, whatever address the name has when it is dialled.</summary>
    None,

    /// <summary>Names whose addresses are the servers, as of a headless service: each address is a server of its own, with the name's port and weight.</summary>
    Dns,

    /// <summary>Configuration endpoints of one ElastiCache cluster, which say what servers there are (<c>config get cluster</c>).</summary>
    ElastiCache,
}
