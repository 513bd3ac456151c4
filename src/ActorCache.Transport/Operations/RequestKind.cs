namespace ActorCache.Transport;

/// <summary>What a request asks, as far as its replies' shape depends on it.</summary>
public enum RequestKind
{
    /// <summary><c>mg</c> with the value.</summary>
    Get,

    /// <summary><c>mg</c> without the value.</summary>
    Touch,

    /// <summary><c>ms</c>.</summary>
    Store,

    /// <summary><c>md</c>.</summary>
    Delete,

    /// <summary><c>ma</c>.</summary>
    Arithmetic,

    /// <summary><c>mn</c>.</summary>
    NoOp,

    /// <summary><c>version</c>.</summary>
    Version,

    /// <summary><c>flush_all</c>.</summary>
    FlushAll,

    /// <summary><c>stats</c>: many lines.</summary>
    Stats,
}
