namespace ActorCache;

/// <summary>What becomes of a key that memcached does not take.</summary>
public enum KeyPolicy
{
    /// <summary>It throws, before anything is sent.</summary>
    Strict = 0,

    /// <summary>
    /// It is encoded: with spaces or control characters as base64 (flag <c>b</c> of the meta commands), too long for that by a 128-bit hash.
    /// Other keys stay as they are, but for those that begin with <c>~#</c> as hashes do: they are hashed too. Nothing but null and "" throws.
    /// </summary>
    Encode,
}
