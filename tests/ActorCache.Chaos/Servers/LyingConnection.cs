using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Threading.Channels;

namespace ActorCache.Chaos;

/// <summary>One connection of a <see cref="LyingServer"/>: reads requests, and writes what it makes of them, in order.</summary>
internal sealed class LyingConnection(LyingServer server, Socket socket, int seed)
{
    private readonly Random _dice = new(seed);
    private readonly ArrayBufferWriter<byte> _out = new();
    private byte[] _in = new byte[64 * 1024];
    private int _filled;
    private bool _over;
    private Channel<(long Due, byte[] Bytes)>? _late;

    public async Task ServeAsync()
    {
        try
        {
            socket.NoDelay = true;
            while (!_over && await socket.ReceiveAsync(_in.AsMemory(_filled), SocketFlags.None) is var count and > 0)
            {
                _filled += count;
                await AnswerAllAsync();
                if (_filled == _in.Length) Array.Resize(ref _in, 2 * _filled);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The client has had enough.
        }
        finally
        {
            _late?.Writer.TryComplete();
            server.Over(this);
            socket.Dispose();
        }
    }

    public void Reset()
    {
        try
        {
            socket.LingerState = new LingerOption(true, 0);
            socket.Close();
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // It is gone already.
        }
    }

    private async Task AnswerAllAsync()
    {
        var began = Stopwatch.GetTimestamp();
        var read = 0;
        while (!_over && _in.AsSpan(read, _filled - read).IndexOf((byte)'\n') is var end and > 0)
        {
            var words = Encoding.UTF8.GetString(_in, read, end - 1).Split(' ');
            var whole = end + 1 + (words[0] == "ms" ? int.Parse(words[2], CultureInfo.InvariantCulture) + 2 : 0);
            if (_filled - read < whole) break;
            read += whole;
            await AnswerAsync(words);
        }
        _in.AsSpan(read, _filled - read).CopyTo(_in);
        _filled -= read;
        if (server.Lies.Latency == TimeSpan.Zero && _late is null) await SendAsync();
        else SendLater(began + (long)(server.Lies.Latency.TotalSeconds * Stopwatch.Frequency));
    }

    // Replies travel for a while, and new requests are read meanwhile. Once some do, all do, to stay in order.
    private void SendLater(long due)
    {
        if (_late is null)
        {
            _late = Channel.CreateUnbounded<(long, byte[])>();
            _ = DeliverAsync(_late.Reader);
        }
        _late.Writer.TryWrite((due, _out.WrittenSpan.ToArray()));
        _out.ResetWrittenCount();
    }

    private async Task DeliverAsync(ChannelReader<(long Due, byte[] Bytes)> late)
    {
        try
        {
            await foreach (var (due, bytes) in late.ReadAllAsync())
            {
                if (due > Stopwatch.GetTimestamp()) await WaitAsync(Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), due));
                for (var rest = bytes.AsMemory(); !rest.IsEmpty;) rest = rest[await socket.SendAsync(rest, SocketFlags.None)..];
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The client has not waited.
        }
    }

    private async Task AnswerAsync(string[] words)
    {
        if (words[0] is not ("mg" or "ms" or "md" or "ma"))
        {
            Write(words[0] switch
            {
                "mn" => "MN\r\n",
                "get" => "END\r\n",
                "version" => "VERSION 1.6.18\r\n",
                "flush_all" => "OK\r\n",
                "stats" => $"STAT pid {server.Pid}\r\nSTAT uptime {server.Uptime}\r\nEND\r\n",
                _ => "ERROR\r\n",
            });
            return;
        }

        if (words[1] == "actorcache-probe")
        {
            Write(Reply(words, words[1])); // The handshake: who lies there serves nobody.
            return;
        }
        var lie = server.Lies.Choose(_dice);
        server.Count(lie);
        var truth = Reply(words, words[1]);
        switch (lie)
        {
            case Lie.None: Write(truth); break;
            case Lie.Reset: await SendAsync(); _over = true; Reset(); break;
            case Lie.Drip: await DripAsync(truth); break;
            case Lie.Truncate: Write(truth[.._dice.Next(truth.Length)]); await SendAsync(); _over = true; break;
            case Lie.Garbage: Write(Garbage()); break;
            case Lie.Extra: Write(truth + Reply(words, Stranger(), value: true)); break;
            case Lie.WrongKey: Write(Reply(words, Stranger())); break;
            case Lie.WrongOpaque: Write(Reply(words, words[1], opaque: 1, text: Stranger())); break;
            case Lie.HugeLength: Write(Announce(truth, server.Lies.Lengths[_dice.Next(server.Lies.Lengths.Count)])); break;
            case Lie.NegativeLength: Write(Announce(truth, -1)); break;
            case Lie.Delay: await SendAsync(); await WaitAsync(TimeSpan.FromMilliseconds(_dice.Next(1, server.Lies.DelayMs))); Write(truth); break;
            case Lie.Error: Write("ERROR\r\n"); break;
            case Lie.ClientError: Write("CLIENT_ERROR bad command line format\r\n"); break;
            case Lie.ServerError: Write("SERVER_ERROR out of memory storing object\r\n"); break;
        }
    }

    // What a server that tells the truth would say, of this key, with the asker's number or one beside it.
    private string Reply(string[] words, string key, int opaque = 0, string? text = null, bool value = false)
    {
        var number = words.FirstOrDefault(word => word[0] == 'O' && word.Length > 1) is { } flag
            ? $" O{(int.Parse(flag.AsSpan(1), CultureInfo.InvariantCulture) + opaque) & 0xffff}" : "";
        if (words[0] == "mg" || value)
        {
            var data = words.Contains("v") || value ? $"{text ?? key}|{server.NextSequence()}".PadRight(server.ValueLength, '.') : null;
            return data is null ? $"HD k{key}{number}\r\n" : $"VA {Encoding.UTF8.GetByteCount(data)} k{key} c7{number}\r\n{data}\r\n";
        }
        return words[0] == "ma" ? $"VA 1{number}\r\n1\r\n" : $"HD{number}\r\n";
    }

    // The same reply, with another length before its value.
    private static string Announce(string reply, long length) =>
        reply.StartsWith("VA ", StringComparison.Ordinal) ? $"VA {length}{reply[reply.IndexOf(' ', 3)..]}" : reply;

    private string Stranger() => $"stranger:{_dice.Next(1000)}";

    private string Garbage() => string.Concat(Enumerable.Range(0, _dice.Next(4, 40)).Select(_ => (char)_dice.Next(33, 126))) + "\r\n";

    private async Task DripAsync(string reply)
    {
        await SendAsync();
        for (var at = 0; at < reply.Length; at += 16)
        {
            Write(reply[at..Math.Min(at + 16, reply.Length)]);
            await SendAsync();
            await WaitAsync(TimeSpan.FromMilliseconds(_dice.Next(1, 12)));
        }
    }

    private static async Task WaitAsync(TimeSpan time)
    {
        if (time < TimeSpan.FromMilliseconds(1)) return;
        using var timer = new PeriodicTimer(time);
        await timer.WaitForNextTickAsync();
    }

    private void Write(string text) => Encoding.UTF8.GetBytes(text, _out);

    private async Task SendAsync()
    {
        var bytes = _out.WrittenMemory;
        while (!bytes.IsEmpty) bytes = bytes[await socket.SendAsync(bytes, SocketFlags.None)..];
        _out.ResetWrittenCount();
    }
}
