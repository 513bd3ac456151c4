using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ActorCache.EndToEnd.Tests.Faults;

/// <summary>
/// A server that remembers nothing: it answers every get with a value stamped with its key, so that a value in the wrong hands shows by
/// itself. What it really says is up to the test's script, which gets the right answer to make something of.
/// </summary>
internal sealed class ScriptedServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentDictionary<int, Socket> _open = new();
    private readonly ConcurrentQueue<Asked> _asked = new();
    private readonly bool _playsHandshake;
    private volatile Func<Asked, Said> _script;
    private int _connects;
    private long _requests;

    private ScriptedServer(Func<Asked, Said> script, bool playsHandshake)
    {
        (_script, _playsHandshake) = (script, playsHandshake);
        _listener.Start();
        Address = _listener.LocalEndpoint.ToString()!;
        _ = AcceptAsync();
    }

    public string Address { get; }

    /// <summary>How many connections there have been.</summary>
    public int Connects => Volatile.Read(ref _connects);

    /// <summary>Every request so far but the handshakes, of which <c>stats</c> without a group is one.</summary>
    public IReadOnlyCollection<Asked> Asked => _asked;

    public static ScriptedServer Start(Func<Asked, Said>? script = null) => new(script ?? Right, playsHandshake: false);

    /// <summary>One whose script has the say over handshakes too.</summary>
    public static ScriptedServer StartStranger(Func<Asked, Said> script) => new(script, playsHandshake: true);

    /// <summary>The script from now on; null for right answers.</summary>
    public void Play(Func<Asked, Said>? script) => _script = script ?? Right;

    /// <summary>Resets every connection.</summary>
    public void ResetAll() => Each(Reset);

    /// <summary>Closes this server's direction of every connection; it goes on to read what comes.</summary>
    public void HalfCloseAll() => Each(socket => socket.Shutdown(SocketShutdown.Send));

    public void Dispose()
    {
        _listener.Dispose();
        Each(socket => socket.Dispose());
    }

    private static Said Right(Asked asked) => asked.Answer;

    private static void Reset(Socket socket)
    {
        socket.LingerState = new LingerOption(true, 0);
        socket.Dispose();
    }

    private void Each(Action<Socket> act)
    {
        foreach (var socket in _open.Values)
        {
            try
            {
                act(socket);
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                // It is gone already.
            }
        }
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var socket = await _listener.AcceptSocketAsync();
                socket.NoDelay = true;
                var number = Interlocked.Increment(ref _connects);
                _open[number] = socket;
                _ = ServeAsync(number, socket);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(int number, Socket socket)
    {
        try
        {
            var room = new byte[1 << 16];
            var length = 0;
            while (true)
            {
                if (length == room.Length) Array.Resize(ref room, 2 * length);
                var count = await socket.ReceiveAsync(room.AsMemory(length));
                if (count == 0) break;
                length += count;
                var (read, replies, afterwards) = Answer(number, room.AsMemory(0, length));
                room.AsSpan(read, length - read).CopyTo(room);
                length -= read;
                if (replies.Length > 0) await SendAsync(socket, Encoding.Latin1.GetBytes(replies));
                if (afterwards == Afterwards.HalfClosed) socket.Shutdown(SocketShutdown.Send);
                if (afterwards == Afterwards.Reset) Reset(socket);
                if (afterwards is Afterwards.Closed or Afterwards.Reset) break;
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The client hung up.
        }
        finally
        {
            _open.TryRemove(number, out _);
            socket.Dispose();
        }
    }

    private static async Task SendAsync(Socket socket, ReadOnlyMemory<byte> bytes)
    {
        while (bytes.Length > 0) bytes = bytes[await socket.SendAsync(bytes)..];
    }

    // Answers whole requests only; after an answer that ends the connection nothing more is said.
    private (int Read, string Replies, Afterwards Afterwards) Answer(int connection, ReadOnlyMemory<byte> received)
    {
        var (read, replies) = (0, new StringBuilder());
        while (received.Span[read..].IndexOf("\r\n"u8) is var end and >= 0)
        {
            var asked = new Asked(connection, 0, Encoding.Latin1.GetString(received.Span.Slice(read, end)));
            var whole = end + 2 + (asked.Command == "ms" ? asked.DataLength + 2 : 0);
            if (received.Length - read < whole) break;
            read += whole;
            asked = asked with { Number = Interlocked.Increment(ref _requests) };
            if (!asked.IsHandshake) _asked.Enqueue(asked);
            var said = asked.IsHandshake && !_playsHandshake ? asked.Answer : _script(asked);
            replies.Append(said.Text);
            if (said.Afterwards != Afterwards.GoesOn) return (read, replies.ToString(), said.Afterwards);
        }
        return (read, replies.ToString(), Afterwards.GoesOn);
    }
}
