using ActorCache.Placement;
using ActorCache.Transport;

namespace ActorCache;

/// <summary>Dials a server, and has it make ready. Tests put their own here.</summary>
internal interface IConnector
{
    /// <summary>A connection that has answered its handshake.</summary>
    /// <exception cref="ConnectException">There is none to be had now.</exception>
    Task<Dialled> ConnectAsync(ServerAddress server, CancellationToken ct);

    /// <summary>Has a server that does not serve yet flush all it holds. False when it refuses, or does not answer.</summary>
    Task<bool> FlushAsync(IServerConnection connection);
}
