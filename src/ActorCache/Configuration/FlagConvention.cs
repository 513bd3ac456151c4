namespace ActorCache;

/// <summary>
/// What the low 16 bits of an item's client flags mean. Other clients' conventions contradict each other, so whoever shares a pool with one of
/// them says with which.
/// </summary>
public enum FlagConvention
{
    /// <summary>None: they are written as 0 and not looked at.</summary>
    Plain = 0,

    /// <summary>pymemcache's, pylibmc's and python-memcached's: 1 pickle, 2 and 4 integer, 8 zlib, 16 text.</summary>
    Python,

    /// <summary>php-memcached's: the type in the low four bits, 16 compressed, 32 by zlib, 64 by FastLZ.</summary>
    Php,
}
