namespace ActorCache;

/// <summary>What a caller asked the cache for, as telemetry names it; not what is sent for it, which may be more than one request.</summary>
internal enum CallKind : byte
{
    /// <summary>Nothing: a part of another call, which is counted where that one is.</summary>
    None,

    Get,
    GetAndTouch,
    GetOrCreate,
    Set,
    Add,
    Replace,
    Append,
    Prepend,
    Cas,
    Delete,
    Touch,
    Increment,
    Decrement,
    Invalidate,
    InvalidateTag,
    InvalidateNamespace,
    FlushAll,
    Stats,
    Version,
}
