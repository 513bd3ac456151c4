using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using ActorCache.TestServers;

namespace ActorCache.Chaos;

/// <summary>
/// Stands between the client and a server, counts, and does to the flows what a bad network does. It accepts, and sets modes; what becomes
/// of one flow's bytes is <see cref="ProxyFlow"/>'s.
/// </summary>
internal sealed class FaultProxy : IDisposable
{
    private readonly ConcurrentDictionary<ProxyFlow, bool> _flows = new();
    private readonly ConcurrentQueue<long> _connects = new();
    private readonly List<Socket> _fillers = [];
    private readonly IPEndPoint _upstream;
    private readonly ReservedPort _port = new();
    private readonly IPEndPoint _here;
    private readonly int _seed;
    private Socket? _listener;
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile ProxyMode _mode;
    private long _requests;
    private int _born;

    private FaultProxy(int upstreamPort, int seed)
    {
        _upstream = new IPEndPoint(IPAddress.Loopback, upstreamPort);
        _seed = seed;
        _here = new IPEndPoint(IPAddress.Loopback, _port.Number);
        Listen(backlog: 512);
    }

    /// <summary>What a client's server list takes.</summary>
    public string Address => $"127.0.0.1:{_here.Port}";

    /// <summary>Bytes a reply is cut to in <see cref="ProxyMode.Truncate"/>, or at a time in <see cref="ProxyMode.Drip"/>.</summary>
    public int Bytes { get; set; } = 5;

    /// <summary>The part of bytes that is flipped in <see cref="ProxyMode.Corrupt"/>.</summary>
    public double Flipped { get; set; } = 0.01;

    /// <summary>Between two pieces of a reply in <see cref="ProxyMode.Drip"/>; zero: as fast as they go.</summary>
    public TimeSpan DripPause { get; set; } = TimeSpan.FromMilliseconds(1);

    /// <summary>How much later replies are in <see cref="ProxyMode.Delay"/>.</summary>
    public TimeSpan Lateness { get; set; } = TimeSpan.FromMilliseconds(30);

    /// <summary>When each connect was accepted, in time stamps.</summary>
    public IReadOnlyCollection<long> Connects => _connects;

    /// <summary>Lines that clients sent on their way to the server: requests, if no value is among them.</summary>
    public long Requests => Volatile.Read(ref _requests);

    public int Flows => _flows.Count;

    /// <summary>What goes wrong now. Flows that lost bytes meanwhile are reset when it is nothing any more: no network forgets and goes on.</summary>
    public ProxyMode Mode
    {
        get => _mode;
        set
        {
            _mode = value;
            Interlocked.Exchange(ref _changed, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
            if (value != ProxyMode.Pass) return;
            foreach (var flow in _flows.Keys.Where(flow => flow.LostBytes)) flow.Reset();
        }
    }

    /// <summary>The task of the next change of mode.</summary>
    public Task Changed => Volatile.Read(ref _changed).Task;

    public static FaultProxy Before(Trial trial, int upstreamPort) => trial.Own(new FaultProxy(upstreamPort, trial.Dice.Next()));

    /// <summary>One before each of these servers.</summary>
    public static FaultProxy[] BeforeEach(Trial trial, RealServers servers, int count) =>
        [.. Enumerable.Range(0, count).Select(i => Before(trial, servers[i].Port))];

    /// <summary>Resets every open flow, on both sides.</summary>
    public void ResetAll()
    {
        foreach (var flow in _flows.Keys) flow.Reset();
    }

    /// <summary>The server's side of every flow says that it is done (FIN), and still listens.</summary>
    public void HalfCloseAll()
    {
        foreach (var flow in _flows.Keys) flow.HalfClose();
    }

    /// <summary>Connects hang: nobody accepts, and the backlog is full, so that the kernel drops what arrives.</summary>
    public void FillBacklog()
    {
        Close();
        Listen(backlog: 0, accept: false);
        // Until one more does not come through, the queue is not full.
        for (var connected = true; connected && _fillers.Count < 64;)
        {
            var filler = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            _fillers.Add(filler);
            var connect = filler.ConnectAsync(_here);
            // It fails when the filler is closed, and nobody minds.
            _ = connect.ContinueWith(static failed => failed.Exception, TaskScheduler.Default);
            connected = SpinWait.SpinUntil(() => connect.IsCompleted, 100);
        }
    }

    /// <summary>Accepts again after <see cref="FillBacklog"/> or <see cref="Close"/>.</summary>
    public void Open()
    {
        Close();
        Listen(backlog: 512);
    }

    /// <summary>Nothing listens: the kernel refuses connects. Open flows live on.</summary>
    public void Close()
    {
        foreach (var filler in _fillers) filler.Dispose();
        _fillers.Clear();
        _listener?.Dispose();
    }

    public void Dispose()
    {
        Close();
        ResetAll();
        _port.Dispose();
        Interlocked.Exchange(ref _changed, new TaskCompletionSource()).SetResult();
    }

    internal void CountRequests(ReadOnlySpan<byte> bytes) => Interlocked.Add(ref _requests, bytes.Count((byte)'\n'));

    internal void Over(ProxyFlow flow) => _flows.TryRemove(flow, out _);

    private void Listen(int backlog, bool accept = true)
    {
        var since = Stopwatch.GetTimestamp();
        while (true)
        {
            var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                listener.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
                listener.Bind(_here);
                listener.Listen(backlog);
                _listener = listener;
                if (accept) _ = AcceptAsync(listener);
                return;
            }
            // A process that was started meanwhile may hold the old socket for the moment between its fork and its exec.
            catch (SocketException) when (Stopwatch.GetElapsedTime(since) < TimeSpan.FromSeconds(2))
            {
                listener.Dispose();
                Thread.Yield();
            }
        }
    }

    private async Task AcceptAsync(Socket listener)
    {
        try
        {
            while (true)
            {
                var client = await listener.AcceptAsync();
                _connects.Enqueue(Stopwatch.GetTimestamp());
                var flow = new ProxyFlow(this, client, _seed + _born++);
                _flows.TryAdd(flow, true);
                if (_mode == ProxyMode.Refuse) flow.Reset();
                else _ = flow.RunAsync(_upstream);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Closed.
        }
    }
}
