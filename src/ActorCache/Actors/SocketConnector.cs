using ActorCache.Placement;
using ActorCache.Transport;

namespace ActorCache;

/// <summary>Dials over TCP or a Unix socket.</summary>
internal sealed class SocketConnector(ConnectionOptions options, TimeProvider time) : IConnector
{
    public async Task<IServerConnection> ConnectAsync(ServerAddress server, CancellationToken ct)
    {
        var endPoint = server.IsUnixSocket ? ServerEndPoint.Unix(server.Host) : ServerEndPoint.Tcp(server.Host, server.Port);
        return await PipelinedConnection.ConnectAsync(endPoint, options, time, ct).ConfigureAwait(false);
    }
}
