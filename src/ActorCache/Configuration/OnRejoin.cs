namespace ActorCache;

/// <summary>What becomes of the values that a server still holds when it was only unreachable. One that has restarted is empty, and safe.</summary>
public enum OnRejoin
{
    /// <summary>
    /// The keys this client wrote or deleted elsewhere meanwhile are deleted there, from a bounded journal. If the journal has overflowed, as
    /// <see cref="Flush"/>.
    /// </summary>
    Replay,

    /// <summary>Everything it holds is flushed (<c>flush_all</c>). A server that refuses that stays out.</summary>
    Flush,

    /// <summary>They are served again, stale as they may be, as other clients do.</summary>
    Admit,
}
