namespace ActorCache.Transport;

/// <summary>What a request asks, as far as its replies' shape depends on it.</summary>
public enum RequestKind
{
    /// <summary><c>mg</c> with the value; <c>gets</c>.</summary>
    Get,

    /// <summary><c>mg</c> without the value; <c>touch</c>.</summary>
    Touch,

    /// <summary><c>ms</c>; <c>set</c>, <c>add</c> and their like.</summary>
    Store,

    /// <summary><c>md</c>; <c>delete</c>.</summary>
    Delete,

    /// <summary><c>ma</c>; <c>incr</c>, <c>decr</c>.</summary>
    Arithmetic,

    /// <summary><c>mn</c>; the get of a key that nobody stores.</summary>
    NoOp,

    /// <summary><c>version</c>.</summary>
    Version,

    /// <summary><c>flush_all</c>.</summary>
    FlushAll,

    /// <summary><c>stats</c>: many lines.</summary>
    Stats,
}
