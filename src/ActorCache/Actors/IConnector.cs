using ActorCache.Placement;
using ActorCache.Transport;

namespace ActorCache;

/// <summary>Dials a server once. Tests put their own here.</summary>
internal interface IConnector
{
    /// <summary>A connection that has answered its handshake.</summary>
    /// <exception cref="ConnectException">There is none to be had now.</exception>
    Task<Dialled> ConnectAsync(ServerAddress server, CancellationToken ct);
}
