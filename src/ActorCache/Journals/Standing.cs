namespace ActorCache;

/// <summary>Whether what a server holds of a key may be handed out.</summary>
internal enum Standing
{
    /// <summary>It is the newest this client knows of, or nothing.</summary>
    Sound,

    /// <summary>It may be older: to be deleted before the key is used there.</summary>
    Stale,

    /// <summary>Nobody knows any more what that server holds: it is to be flushed before it is used.</summary>
    Spoiled,
}
