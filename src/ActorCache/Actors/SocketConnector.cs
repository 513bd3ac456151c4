using ActorCache.Placement;
using ActorCache.Protocol;
using ActorCache.Transport;

namespace ActorCache;

/// <summary>Dials over TCP or a Unix socket, asks who is there, and has it flushed if need be.</summary>
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

    public Task<bool> FlushAsync(IServerConnection connection)
    {
        var answer = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        var now = time.GetTimestamp();
        var flush = SweepOperation.FlushAll(now, now + time.ToTimestamp(options.ConnectTimeout), reply => answer.TrySetResult(reply == ReplyCode.Ok));
        if (connection.TrySend(flush) != SendOutcome.Accepted) flush.Refuse();
        return answer.Task;
    }
}
