using ActorCache.Transport;
using Akka.Actor;
using Akka.Event;

namespace ActorCache;

/// <summary>What a connection actor tells the router. It holds live connections: it never leaves the process.</summary>
/// <param name="Server">The server's name.</param>
internal abstract record ConnectionReport(string Server) : INoSerializationVerificationNeeded
{
    /// <summary>
    /// Connected, and it has answered: with who it is and how large an item may be, if it knows; and, once it was asked to, whether it has
    /// flushed all it held.
    /// </summary>
    public sealed record ServerUp(string Server, IServerConnection Connection, ServerIdentity? Identity = null, bool? IsFlushed = null, int? ItemSizeMax = null) : ConnectionReport(Server);

    /// <summary>An attempt to reach it failed.</summary>
    public sealed record AttemptFailed(string Server, ConnectionClosed End) : ConnectionReport(Server);

    /// <summary>The connection is gone.</summary>
    public sealed record ServerDown(string Server, IServerConnection Connection, ConnectionClosed End) : ConnectionReport(Server);

    /// <summary>It has left, and whether everything that was written to it had been answered by then.</summary>
    public sealed record ServerLeft(string Server, IServerConnection Connection, bool IsDrained) : ConnectionReport(Server);
}
