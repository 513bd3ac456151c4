namespace ActorCache;

/// <summary>What a journal keeps account of.</summary>
internal enum JournalScope
{
    /// <summary>Nothing: whatever a server holds is handed out.</summary>
    Nothing,

    /// <summary>Servers as a whole: where all hold every key, one that missed a write, or may have, is flushed before it is read from.</summary>
    Servers,

    /// <summary>Keys, each of which has an owner.</summary>
    Keys,
}
