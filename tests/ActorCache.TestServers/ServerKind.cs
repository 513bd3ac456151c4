namespace ActorCache.TestServers;

/// <summary>What a server under test is made of.</summary>
public enum ServerKind
{
    /// <summary><see cref="EmbeddedServer.EmbeddedMemcached"/>, in this process.</summary>
    Embedded,

    /// <summary>A real memcached, in a process of its own.</summary>
    Memcached,

    /// <summary>A real memcached that speaks TLS alone, with a certificate of <see cref="TlsMemcached.Authority"/>.</summary>
    TlsMemcached,

    /// <summary>A real twemproxy, and three real memcached behind it: to a client, one server.</summary>
    Twemproxy,
}
