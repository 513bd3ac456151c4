namespace ActorCache.Transport;

/// <summary>What became of an operation that was offered to a connection.</summary>
public enum SendOutcome
{
    /// <summary>The connection owns it and will end it.</summary>
    Accepted,

    /// <summary>The in-flight window or the send buffer is full; the sender still owns the operation.</summary>
    Full,

    /// <summary>This server is not to be reached here; the sender still owns the operation, and may try the next server.</summary>
    Closed,

    /// <summary>Whoever waited here has moved on; the sender still owns the operation, and finds the new place in the newest table.</summary>
    Moved,

    /// <summary>The server is there, and its dialect has no such request; the sender still owns the operation.</summary>
    NotSupported,
}
