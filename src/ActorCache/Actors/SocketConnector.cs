using System.Collections.Concurrent;
using ActorCache.Placement;
using ActorCache.Protocol;
using ActorCache.Transport;

namespace ActorCache;

/// <summary>
/// Dials over TCP or a Unix socket, asks who is there and what it takes, and has it flushed if need be. It remembers what each server turned out to speak, so that
/// the next dial has less to find out; what no longer fits is forgotten with the attempt that failed. And it keeps each name's end point, which
/// knows which of its addresses are good for something.
/// </summary>
internal sealed class SocketConnector(ConnectionOptions options, TimeProvider time, CredentialSource? credentials = null) : IConnector
{
    // A peer that hangs up costs three dials to find out, so it is believed for a while; no longer, as another one may have its place.
    private static readonly TimeSpan BelievedFor = TimeSpan.FromMinutes(1);
    private readonly ConcurrentDictionary<string, ServerEndPoint> _endPoints = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Known> _known = new(StringComparer.Ordinal);

    public async Task<Dialled> ConnectAsync(ServerAddress server, CancellationToken ct)
    {
        var endPoint = server.IsUnixSocket ? ServerEndPoint.Unix(server.Host) : _endPoints.GetOrAdd(server.Name, static (_, server) => ServerEndPoint.Tcp(server.Host, server.Port), server);
        var asked = AsKnown(server.Name);
        if (credentials is not null) asked = asked with { Credentials = await credentials.ReadAsync(ct).ConfigureAwait(false) };
        var asksForSize = true;
        for (var hangUps = 0; ; hangUps++)
        {
            var connection = await DialAsync(server.Name, endPoint, asked, ct).ConfigureAwait(false);
            if (connection.KeysOnly) return new Dialled(connection); // It does not say who it is: then it is never taken to have restarted.
            var (now, patience) = (time.GetTimestamp(), time.ToTimestamp(options.ConnectTimeout));
            var identity = new IdentityOperation(now, patience).AskAsync(connection, ct, more: asksForSize);
            var itemSize = asksForSize ? new ItemSizeOperation(now, patience).AskAsync(connection, ct) : Task.FromResult<int?>(null);
            try
            {
                await Task.WhenAll(identity, itemSize).ConfigureAwait(false);
                return new Dialled(connection, await identity.ConfigureAwait(false), await itemSize.ConfigureAwait(false));
            }
            catch (ConnectException e)
            {
                // Once, it may have been the end of a server; twice, it is the question. Silence is not waited for twice. A second question may
                // be one too many: that one is not asked again.
                asked = asked with { Dialect = connection.Dialect, KeysOnly = identity.IsFaulted && (hangUps > 0 || !connection.Completion.IsCompleted) };
                asksForSize = false;
                connection.Close(e.End);
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
        if (connection.TrySend(flush) is var sent && sent != SendOutcome.Accepted) flush.Refuse(sent);
        return answer.Task;
    }

    private async Task<PipelinedConnection> DialAsync(string name, ServerEndPoint endPoint, ConnectionOptions asked, CancellationToken ct)
    {
        try
        {
            var connection = await PipelinedConnection.ConnectAsync(endPoint, asked, time, ct).ConfigureAwait(false);
            // What answers ERROR is asked anew every time, at no cost to speak of: it may be a newer one by then.
            if (connection.KeysOnly || connection.Dialect == Dialect.Meta)
            {
                var found = new Known(connection.Dialect, connection.KeysOnly, time.GetTimestamp());
                _known.AddOrUpdate(name, found, (_, before) => before.KeysOnly && asked.KeysOnly ? before : found);
            }
            return connection;
        }
        catch (ConnectException e)
        {
            if (e.End.Reason != CloseReason.Unreachable) _known.TryRemove(name, out _);
            throw;
        }
    }

    private ConnectionOptions AsKnown(string name)
    {
        if (!_known.TryGetValue(name, out var known) || (known.KeysOnly && time.GetElapsedTime(known.Since) > BelievedFor)) return options;
        return options with { Dialect = known.Dialect, KeysOnly = known.KeysOnly };
    }

    private sealed record Known(Dialect Dialect, bool KeysOnly, long Since);
}
