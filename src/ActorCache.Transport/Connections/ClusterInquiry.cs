using System.Net.Sockets;
using ActorCache.Protocol;

namespace ActorCache.Transport;

/// <summary>
/// Asks a configuration endpoint for its cluster's servers, over a connection of its own that is closed with the answer: what an endpoint is
/// slow with, or lies about, must not stand before anybody's operations.
/// </summary>
public static class ClusterInquiry
{
    /// <summary>The cluster's servers, as this one tells them.</summary>
    /// <param name="server">The configuration endpoint, or any server of the cluster.</param>
    /// <param name="options">Its connect timeout bounds the connect, its read timeout the wait for the answer.</param>
    /// <param name="time">The clock of those.</param>
    /// <param name="ct">Ends it.</param>
    /// <exception cref="ConnectException">There is no answer to be had there now, or it is none.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="ct"/> was cancelled.</exception>
    public static async Task<ClusterConfiguration> AskAsync(ServerEndPoint server, ConnectionOptions options, TimeProvider time, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(server);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);

        var limit = options.ConnectTimeout;
        using var timeout = new CancellationTokenSource(limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, timeout.Token);
        try
        {
            using var wire = await WireDial.OpenAsync(server, options, time, either.Token).ConfigureAwait(false);
            timeout.CancelAfter(limit = options.ReadTimeout);
            // Nobody waits for the end of a read that was given up: it ends with the wire.
            await using var abort = either.Token.UnsafeRegister(static wire => ((Wire)wire!).Abort(), wire).ConfigureAwait(false);
            var answer = await AskAsync(wire, isOld: false, either.Token).ConfigureAwait(false) ?? await AskAsync(wire, isOld: true, either.Token).ConfigureAwait(false);
            server.Answered();
            return answer ?? throw new ConnectException(new ConnectionClosed(CloseReason.HandshakeFailed, $"{server} knows of no cluster: name its configuration endpoint"));
        }
        catch (Exception) when (timeout.IsCancellationRequested && !ct.IsCancellationRequested)
        {
            throw new ConnectException(new ConnectionClosed(CloseReason.ConnectTimeout, $"{server} named no servers within {limit.TotalMilliseconds:0} ms"));
        }
        catch (Exception) when (ct.IsCancellationRequested)
        {
            throw new OperationCanceledException(ct);
        }
        catch (Exception e) when (e is SocketException or IOException or ObjectDisposedException or ArgumentException or NotSupportedException)
        {
            throw new ConnectException(new ConnectionClosed(CloseReason.Unreachable, $"{server}: {e.Message}"), e);
        }
        catch (ProtocolException e)
        {
            throw new ConnectException(new ConnectionClosed(CloseReason.ProtocolViolation, $"{server}: {e.Message}"), e);
        }
    }

    private static async Task<ClusterConfiguration?> AskAsync(Wire wire, bool isOld, CancellationToken ct)
    {
        var question = new SendBuffer();
        if (isOld) ClassicRequests.Get(question, ClusterReplyReader.OldKey, withCas: false);
        else ClassicRequests.Cluster(question);
        await wire.SendAsync(question.Written).ConfigureAwait(false);

        var received = new ReceiveBuffer();
        for (var needed = 0; ;)
        {
            if (received.Unread.Length >= needed && ClusterReplyReader.TryRead(received.Unread, out var configuration, out needed)) return configuration;
            var count = await wire.ReceiveAsync(received.Room()).ConfigureAwait(false);
            ct.ThrowIfCancellationRequested();
            if (count == 0) throw new IOException("it hung up before it had named its servers");
            received.Received(count);
        }
    }
}
