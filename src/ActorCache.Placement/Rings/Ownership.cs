namespace ActorCache.Placement;

/// <summary>How many servers a key belongs to.</summary>
public enum Ownership
{
    /// <summary>One, on every client alike; the others stand in for it while it is away.</summary>
    One,

    /// <summary>Any: the servers are doors to the same data, such as proxies. Nobody stands in for anybody.</summary>
    Any,

    /// <summary>All: every server holds every key, as far as it lives. Writes go to all of them, reads to any.</summary>
    All,
}
