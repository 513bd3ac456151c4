using ActorCache.Placement;
using ActorCache.Transport;

namespace ActorCache;

/// <summary>Dials over TCP or a Unix socket, and asks who is there.</summary>
internal sealed class SocketConnector(ConnectionOptions options, TimeProvider time) : IConnector
{
    public async Task<Dialled> ConnectAsync(ServerAddress server, CancellationToken ct)
    {
        var endPoint = server.IsUnixSocket ? ServerEndPoint.Unix(server.Host) : ServerEndPoint.Tcp(server.Host, server.Port);
        var connection = await PipelinedConnection.ConnectAsync(endPoint, options, time, ct).ConfigureAwait(false);
        var question = new IdentityOperation(time.GetTimestamp(), time.ToTimestamp(options.ConnectTimeout));
        try
        {
            return new Dialled(connection, await question.AskAsync(connection, ct).ConfigureAwait(false));
        }
        catch (ConnectException)
        {
            // It hangs up on the question, as something that only speaks the commands of data may: then it is never taken to have restarted.
            return new Dialled(await PipelinedConnection.ConnectAsync(endPoint, options, time, ct).ConfigureAwait(false));
        }
        catch
        {
            connection.Close(new ConnectionClosed(CloseReason.Closed, "the dial was given up"));
            throw;
        }
    }
}
