namespace ActorCache.Placement;

/// <summary>What can happen to a server.</summary>
public enum HealthSignal
{
    /// <summary>A connection to it has proven itself.</summary>
    Connected,

    /// <summary>An attempt to reach it failed: refused, timed out, or no handshake.</summary>
    AttemptFailed,

    /// <summary>Its connection is gone: closed, reset or stalled.</summary>
    ConnectionLost,

    /// <summary>The rules for its return are met.</summary>
    GateOpened,

    /// <summary>An operator took it off the ring.</summary>
    Ejected,

    /// <summary>An operator let it back, or past the gate.</summary>
    Reinstated,

    /// <summary>It left the topology.</summary>
    Removed,

    /// <summary>Its connection is gone once more, in short succession.</summary>
    Flapping,

    /// <summary>An attempt to reach it failed for good: it refuses us, or is not to be trusted. Trying again soon is of no use.</summary>
    Rejected,
}
