using ActorCache.Placement;
using ActorCache.Protocol;
using ActorCache.Transport;

namespace ActorCache;

/// <summary>Dials over TCP or a Unix socket, asks who is there and what it takes, and has it flushed if need be.</summary>
internal sealed class SocketConnector(ConnectionOptions options, TimeProvider time) : IConnector
{
    public async Task<Dialled> ConnectAsync(ServerAddress server, CancellationToken ct)
    {
        var endPoint = server.IsUnixSocket ? ServerEndPoint.Unix(server.Host) : ServerEndPoint.Tcp(server.Host, server.Port);
        // A peer may hang up on a question, as something that only speaks the commands of data does. Then it is asked less; of one that does not
        // say who it is it is never taken that it has restarted.
        for (var questions = 2; ; questions--)
        {
            var connection = await PipelinedConnection.ConnectAsync(endPoint, options, time, ct).ConfigureAwait(false);
            var (now, patience) = (time.GetTimestamp(), time.ToTimestamp(options.ConnectTimeout));
            var identity = questions > 0 ? new IdentityOperation(now, patience).AskAsync(connection, ct, more: questions > 1) : Task.FromResult<ServerIdentity?>(null);
            var itemSize = questions > 1 ? new ItemSizeOperation(now, patience).AskAsync(connection, ct) : Task.FromResult<int?>(null);
            try
            {
                await Task.WhenAll(identity, itemSize).ConfigureAwait(false);
                return new Dialled(connection, await identity.ConfigureAwait(false), await itemSize.ConfigureAwait(false));
            }
            catch (ConnectException e)
            {
                connection.Close(e.End);
                if (identity.IsFaulted) questions = 1;
            }
            catch
            {
                connection.Close(new ConnectionClosed(CloseReason.Closed, "the dial was given up"));
                throw;
            }
        }
    }

    public Task<bool> FlushAsync(IServerConnection connection)
    {
        var answer = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        var now = time.GetTimestamp();
        var flush = SweepOperation.FlushAll(now, now + time.ToTimestamp(options.ConnectTimeout), reply => answer.TrySetResult(reply == ReplyCode.Ok));
        if (connection.TrySend(flush) != SendOutcome.Accepted) flush.Refuse();
        return answer.Task;
    }
}
