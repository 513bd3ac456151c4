namespace ActorCache;

/// <summary>What becomes of a value that is larger than the servers keep in one item.</summary>
public enum LargeValues
{
    /// <summary>It is TooLarge, and a set of it deletes what was there, as memcached does.</summary>
    Refuse = 0,

    /// <summary>
    /// It is stored in parts, under keys of their own, and the key holds where they are. Whenever one of them is missing, the value is a
    /// Miss. Parts that nobody asks for any more are left to expire, or to be evicted.
    /// </summary>
    Chunk,
}
