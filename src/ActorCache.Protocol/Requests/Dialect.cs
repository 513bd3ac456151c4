// In the root namespace: options name it too.
namespace ActorCache;

/// <summary>Which of memcached's protocols a server is spoken to in.</summary>
public enum Dialect
{
    /// <summary>What the server turns out to speak when it is dialled: <see cref="Meta"/> if it can, else <see cref="Classic"/>.</summary>
    Auto = 0,

    /// <summary>The meta commands of memcached 1.6 and later (protocol.txt, "Meta Commands"): every reply proves whose it is.</summary>
    Meta,

    /// <summary>The text commands that every memcached and every proxy knows.</summary>
    Classic,

    /// <summary>
    /// The binary protocol, for servers that demand SASL (<c>memcached -S</c>): they understand nothing else. Never tried unless asked for: memcached has
    /// declared it obsolete, and a server that expects text says nothing to it, as does one that expects it to text, so trying would cost a timeout.
    /// </summary>
    Binary,
}
