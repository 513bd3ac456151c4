using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ActorCache.EndToEnd.Tests.Faults;

/// <summary>
/// A server of the binary dialect that remembers nothing, as <see cref="ScriptedServer"/> is one of text: it answers every get with a value stamped with
/// its key. What it really says to a get is up to the test.
/// </summary>
internal sealed class BinaryPeer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Func<int, string, int, string> _script;
    private int _gets;

    /// <param name="script">Given the number of the get, its key and its opaque: all bytes of the reply, one to a character.</param>
    public BinaryPeer(Func<int, string, int, string> script)
    {
        _script = script;
        _listener.Start();
        _ = AcceptAsync();
    }

    public string Address => _listener.LocalEndpoint.ToString()!;

    /// <summary>The right answer to a get.</summary>
    public static string Hit(string key, int opaque) => BinaryFrame.Hit(opaque, key, $"{key}|{opaque}");

    public void Dispose() => _listener.Dispose();

    private async Task AcceptAsync()
    {
        try
        {
            while (true) _ = ServeAsync(await _listener.AcceptSocketAsync());
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        socket.NoDelay = true;
        using var stream = new NetworkStream(socket, ownsSocket: true);
        var (header, rest) = (new byte[24], new byte[1 << 16]);
        try
        {
            while (true)
            {
                await stream.ReadExactlyAsync(header);
                var body = rest.AsMemory(0, BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(8)));
                await stream.ReadExactlyAsync(body);
                await stream.WriteAsync(Encoding.Latin1.GetBytes(Answer(header[1], Encoding.Latin1.GetString(body.Span), BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(12)))));
            }
        }
        catch (IOException)
        {
            // The client hung up.
        }
    }

    private string Answer(int opcode, string key, int opaque) => opcode switch
    {
        BinaryFrame.GetK when key == "actorcache-probe" => BinaryFrame.Reply(BinaryFrame.GetK, opaque, status: 1, key: key),
        BinaryFrame.GetK => _script(Interlocked.Increment(ref _gets), key, opaque),
        _ => BinaryFrame.Reply(opcode, opaque), // Of stats, the empty one that ends them.
    };
}
