using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;

namespace ActorCache.EndToEnd.Tests.Failover;

/// <summary>Something that listens and is no memcached: it closes every connection at once, or keeps it and says nothing.</summary>
internal sealed class StrangePeer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Channel<long> _connects = Channel.CreateUnbounded<long>();
    private readonly List<TcpClient> _kept = [];
    private readonly byte[]? _greeting;
    private readonly bool _closes;

    private StrangePeer(bool closes, byte[]? greeting)
    {
        (_closes, _greeting) = (closes, greeting);
        _listener.Start();
        Address = _listener.LocalEndpoint.ToString()!;
        _ = AcceptAsync();
    }

    public string Address { get; }

    /// <summary>Time stamps of the connects, one after the other.</summary>
    public ChannelReader<long> Connects => _connects.Reader;

    public static StrangePeer ThatCloses(byte[]? greeting = null) => new(closes: true, greeting);

    public static StrangePeer ThatSaysNothing() => new(closes: false, greeting: null);

    public void Dispose()
    {
        _listener.Dispose();
        lock (_kept)
        {
            foreach (var client in _kept) client.Dispose();
        }
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync();
                if (_greeting is not null) await client.GetStream().WriteAsync(_greeting);
                if (_closes) client.Dispose();
                else lock (_kept) _kept.Add(client);
                _connects.Writer.TryWrite(System.Diagnostics.Stopwatch.GetTimestamp());
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or IOException)
        {
            _connects.Writer.TryComplete();
        }
    }
}
