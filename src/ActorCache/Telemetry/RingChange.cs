namespace ActorCache;

/// <summary>Why the ring is another one than before.</summary>
internal enum RingChange
{
    /// <summary>A server was taken off it.</summary>
    Ejected,

    /// <summary>One that was off it is back.</summary>
    Reinstated,

    /// <summary>Servers were added, removed or given another weight.</summary>
    Topology,
}
