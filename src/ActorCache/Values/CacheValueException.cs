namespace ActorCache;

/// <summary>
/// A value that is stored cannot be read here: it was serialized or compressed by something this cache does not know, is damaged, or would
/// come to more bytes than are allowed. Thrown to the caller who asked for it, and to nobody else.
/// </summary>
public sealed class CacheValueException : Exception
{
    /// <summary>Says what is wrong with the value, without showing it.</summary>
    public CacheValueException(string message) : base(message) { }

    /// <summary>As the other, with what was thrown when it was found out.</summary>
    public CacheValueException(string message, Exception inner) : base(message, inner) { }
}
