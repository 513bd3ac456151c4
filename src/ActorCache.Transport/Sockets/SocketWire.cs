using System.Net.Sockets;

namespace ActorCache.Transport;

/// <summary>A plain socket.</summary>
internal sealed class SocketWire(Socket socket) : Wire
{
    /// <summary>The one way to a server, for whatever is to be said there.</summary>
    public static async Task<Wire> DialAsync(ServerEndPoint server, ConnectionOptions options, TimeProvider time, CancellationToken ct) =>
        new SocketWire(await server.ConnectAsync(options.ConnectTimeout, time, ct).ConfigureAwait(false));

    public override ValueTask<int> ReceiveAsync(Memory<byte> buffer) => socket.ReceiveAsync(buffer, SocketFlags.None);

    public override ValueTask SendAsync(ReadOnlyMemory<byte> bytes)
    {
        var send = socket.SendAsync(bytes, SocketFlags.None);
        if (!send.IsCompletedSuccessfully) return SendRest(send, bytes);
        var sent = send.Result;
        return sent == bytes.Length ? ValueTask.CompletedTask : SendRest(ValueTask.FromResult(sent), bytes);
    }

    private async ValueTask SendRest(ValueTask<int> first, ReadOnlyMemory<byte> bytes)
    {
        var sent = await first.ConfigureAwait(false);
        while (sent < bytes.Length) sent += await socket.SendAsync(bytes[sent..], SocketFlags.None).ConfigureAwait(false);
    }

    public override void Dispose() => socket.Dispose();

    public override void Abort()
    {
        try
        {
            if (socket.ProtocolType == ProtocolType.Tcp) socket.LingerState = new LingerOption(enable: true, seconds: 0);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The peer was faster: there is nothing left to throw away.
        }
        Dispose();
    }
}
