using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ActorCache.EmbeddedServer.Tests;

/// <summary>A client that speaks bytes: what the tests see of a server is what is on the wire. Text is Latin-1, one character a byte.</summary>
internal sealed class Wire : IDisposable
{
    // Nothing here takes a second; a test that waits this long has found a hang.
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(20);

    private readonly byte[] _buffer = new byte[64 * 1024];
    private readonly StringBuilder _received = new();

    private Wire(Socket socket) => Socket = socket;

    public Socket Socket { get; }

    public static async Task<Wire> ConnectAsync(IPEndPoint server)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(server).WaitAsync(_patience);
            return new Wire(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public static async Task<bool> IsRefusedAsync(IPEndPoint server)
    {
        try
        {
            using var wire = await ConnectAsync(server);
            return false;
        }
        catch (SocketException refused) when (refused.SocketErrorCode == SocketError.ConnectionRefused)
        {
            return true;
        }
    }

    /// <summary>Everything a server answers to a whole conversation, up to the end of the stream.</summary>
    public static async Task<string> ConverseAsync(IPEndPoint server, string text)
    {
        using var wire = await ConnectAsync(server);
        var answer = wire.ReadToEndAsync();
        try
        {
            await wire.SendAsync(text);
            wire.Socket.Shutdown(SocketShutdown.Send);
        }
        catch (SocketException)
        {
            // The server closed in the middle; what it said before counts.
        }
        return await answer;
    }

    public async Task SendAsync(string text) => await SendAsync(Encoding.Latin1.GetBytes(text));

    public async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            bytes = bytes[await Socket.SendAsync(bytes).AsTask().WaitAsync(_patience)..];
        }
    }

    /// <summary>Sends, and reads an answer as long as the expected one.</summary>
    public async Task<string> AskAsync(string text, int answerLength)
    {
        await SendAsync(text);
        return await ReadAsync(answerLength);
    }

    /// <summary>Sends, and reads up to the end of an answer.</summary>
    public async Task<string> AskAsync(string text, string end = "\r\n")
    {
        await SendAsync(text);
        return await ReadUntilAsync(end);
    }

    public async Task<string> ReadUntilAsync(string end)
    {
        while (true)
        {
            var at = _received.ToString().IndexOf(end, StringComparison.Ordinal);
            if (at >= 0)
            {
                return Take(at + end.Length);
            }
            await ReceiveMoreAsync();
        }
    }

    public async Task<string> ReadAsync(int length)
    {
        while (_received.Length < length)
        {
            await ReceiveMoreAsync();
        }
        return Take(length);
    }

    public async Task<string> ReadToEndAsync()
    {
        while (true)
        {
            int read;
            try
            {
                read = await Socket.ReceiveAsync(_buffer).WaitAsync(_patience);
            }
            catch (SocketException)
            {
                read = 0;
            }
            if (read == 0)
            {
                return Take(_received.Length);
            }
            _received.Append(Encoding.Latin1.GetString(_buffer, 0, read));
        }
    }

    /// <summary>How the connection ended: "closed" or "reset". Anything that still arrives is an answer and fails the test.</summary>
    public async Task<string> EndAsync()
    {
        try
        {
            var read = await Socket.ReceiveAsync(_buffer).WaitAsync(_patience);
            return read == 0 ? "closed" : "answered " + Encoding.Latin1.GetString(_buffer, 0, read);
        }
        catch (SocketException reset) when (reset.SocketErrorCode == SocketError.ConnectionReset)
        {
            return "reset";
        }
    }

    public void Dispose() => Socket.Dispose();

    private async Task ReceiveMoreAsync()
    {
        var read = await Socket.ReceiveAsync(_buffer).WaitAsync(_patience);
        if (read == 0)
        {
            throw new EndOfStreamException($"The server closed after: {_received}");
        }
        _received.Append(Encoding.Latin1.GetString(_buffer, 0, read));
    }

    private string Take(int length)
    {
        var text = _received.ToString(0, length);
        _received.Remove(0, length);
        return text;
    }
}
