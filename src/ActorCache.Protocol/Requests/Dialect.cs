// In the root namespace: options name it too.
namespace ActorCache;

/// <summary>Which of memcached's protocols a server is spoken to in.</summary>
public enum Dialect
{
    /// <summary>What the server turns out to speak when it is dialled: <see cref="Meta"/> if it can.</summary>
    Auto = 0,

    /// <summary>The meta commands of memcached 1.6 and later (protocol.txt, "Meta Commands"): every reply proves whose it is.</summary>
    Meta,

    /// <summary>The text commands that every memcached and every proxy knows.</summary>
    Classic,
}
