using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Time.Testing;

namespace ActorCache.Transport.Tests;

/// <summary>A loopback listener whose connections the test plays by hand.</summary>
internal sealed class Listener : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public Listener() => _listener.Start();

    /// <summary>The clock of those who connect here; it stands still, so that no busy machine is taken for a silent server.</summary>
    public FakeTimeProvider Time { get; } = new();

    public ServerEndPoint EndPoint => ServerEndPoint.Tcp("127.0.0.1", ((IPEndPoint)_listener.LocalEndpoint).Port);

    public Task<Socket> Accept() => _listener.AcceptSocketAsync().Soon("a connect");

    /// <summary>Connects, and answers the handshake as a server that speaks meta.</summary>
    public async Task<(PipelinedConnection Connection, Socket Peer)> Connect()
    {
        var connecting = PipelinedConnection.ConnectAsync(EndPoint, new ConnectionOptions(), Time);
        var peer = await Accept();
        await peer.AnswerHandshake();
        return (await connecting.Soon(), peer);
    }

    public void Dispose() => _listener.Dispose();
}

/// <summary>How a test dials that wants no more than a socket.</summary>
internal static class Dialling
{
    public static Task<Socket> Dial(this ServerEndPoint server) => server.ConnectAsync(TimeSpan.FromSeconds(1), TimeProvider.System, CancellationToken.None);
}

/// <summary>A peer's verbs, on bytes shown one to a character.</summary>
internal static class Peer
{
    public static async Task<string> Read(this Socket peer, int count)
    {
        var bytes = new byte[count];
        await using var stream = new NetworkStream(peer, ownsSocket: false);
        await stream.ReadExactlyAsync(bytes).AsTask().Soon($"{count} bytes");
        return Encoding.Latin1.GetString(bytes);
    }

    public static async Task Say(this Socket peer, string bytes)
    {
        await using var stream = new NetworkStream(peer, ownsSocket: false);
        await stream.WriteAsync(Encoding.Latin1.GetBytes(bytes)).AsTask().Soon("a write");
    }

    /// <summary>What a server says that speaks meta, to whom does not know it yet.</summary>
    public static async Task AnswerHandshake(this Socket peer)
    {
        await peer.Expect("get actorcache-probe\r\n", "END\r\n");
        await peer.Expect("mn\r\n", "MN\r\n");
        await peer.Expect("mg actorcache-probe v f k c O1\r\n", "EN kactorcache-probe O1\r\n");
    }

    public static async Task Expect(this Socket peer, string asked, string answer)
    {
        Assert.Equal(asked, await peer.Read(asked.Length));
        await peer.Say(answer);
    }

    /// <summary>The other side hangs up, or resets, which is how a socket that was being read is closed.</summary>
    public static async Task SeesTheEnd(this Socket peer)
    {
        try
        {
            Assert.Equal(0, await peer.ReceiveAsync(new byte[1], SocketFlags.None).Soon());
        }
        catch (SocketException e)
        {
            Assert.Equal(SocketError.ConnectionReset, e.SocketErrorCode);
        }
    }
}
