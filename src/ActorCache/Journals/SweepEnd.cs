namespace ActorCache;

/// <summary>How a sweep of one server ended.</summary>
internal enum SweepEnd
{
    /// <summary>All that was stale when it began has been deleted, and the server has answered last.</summary>
    Clean,

    /// <summary>The connection was lost, or too busy: another time.</summary>
    Broken,

    /// <summary>The server had to be flushed and does not allow it.</summary>
    FlushRefused,
}
