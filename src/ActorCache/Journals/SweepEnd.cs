namespace ActorCache;

/// <summary>What a sweep of one server, or the waiting before it, came to.</summary>
internal enum SweepEnd
{
    /// <summary>All that was stale when it began has been deleted, and the server has answered last.</summary>
    Clean,

    /// <summary>The server has been at work for a while: what earlier connections wrote has been carried out.</summary>
    Settled,

    /// <summary>The connection was lost, or too busy: another time.</summary>
    Broken,

    /// <summary>The server had to be flushed and does not allow it.</summary>
    FlushRefused,
}
