// In the root namespace: snapshots and events of the facade name it too.
namespace ActorCache;

/// <summary>Where in its life a server is, as one client sees it.</summary>
public enum ServerState
{
    /// <summary>Not reached yet since the client knows it. On the ring: calls wait for it within their own time.</summary>
    Connecting,

    /// <summary>Serving.</summary>
    Up,

    /// <summary>Its connection is gone, or attempts fail. Still on the ring, but the next living server answers for it meanwhile.</summary>
    Suspect,

    /// <summary>Ejected from the ring, after too many failed attempts or by an operator's word.</summary>
    Down,

    /// <summary>Reached again after it was down, but kept off the ring until the gate opens: it may flap or hold stale values.</summary>
    Quarantined,

    /// <summary>Taken out of the topology. Final.</summary>
    Removed,
}
