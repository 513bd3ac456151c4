using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace ActorCache.Chaos;

/// <summary>
/// A server without memory that answers every get with the key it was asked for and a number (<c>KEY|SEQ</c>), so that a value in the
/// wrong hands shows by itself; and that lies as often as it is told to.
/// </summary>
internal sealed class LyingServer : IDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly ConcurrentDictionary<LyingConnection, bool> _connections = new();
    private readonly ConcurrentQueue<long> _connects = new();
    private readonly long[] _told = new long[Enum.GetValues<Lie>().Length];
    private readonly int _seed;
    private readonly long _began = Stopwatch.GetTimestamp();
    private long _requests;
    private long _sequence;

    private LyingServer(int seed)
    {
        _seed = seed;
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(512);
        _ = AcceptAsync();
    }

    public string Address => _listener.LocalEndPoint!.ToString()!;

    public int Port => ((IPEndPoint)_listener.LocalEndPoint!).Port;

    /// <summary>The process it pretends to be, always the same.</summary>
    public int Pid => 2 + (_seed & 0x7fff);

    /// <summary>In seconds; it pretends to be old.</summary>
    public long Uptime => 100_000 + (long)Stopwatch.GetElapsedTime(_began).TotalSeconds;

    public Lies Lies { get; set; } = new();

    /// <summary>What every value is filled up to.</summary>
    public int ValueLength { get; set; }

    /// <summary>Commands with a key that have arrived.</summary>
    public long Requests => Volatile.Read(ref _requests);

    public IReadOnlyCollection<long> Connects => _connects;

    /// <summary>How often it has lied.</summary>
    public long Told => Enumerable.Range(1, _told.Length - 1).Sum(lie => Volatile.Read(ref _told[lie]));

    public static LyingServer[] Start(Trial trial, int count, Lies lies) =>
        [.. Enumerable.Range(0, count).Select(_ => trial.Own(new LyingServer(trial.Dice.Next()) { Lies = lies }))];

    /// <summary>How often it has told this one.</summary>
    public long Tellings(Lie lie) => Volatile.Read(ref _told[(int)lie]);

    public void Dispose()
    {
        _listener.Dispose();
        foreach (var connection in _connections.Keys) connection.Reset();
    }

    internal void Count(Lie lie)
    {
        Interlocked.Increment(ref _requests);
        if (lie != Lie.None) Interlocked.Increment(ref _told[(int)lie]);
    }

    internal long NextSequence() => Interlocked.Increment(ref _sequence);

    internal void Over(LyingConnection connection) => _connections.TryRemove(connection, out _);

    private async Task AcceptAsync()
    {
        try
        {
            for (var born = 0; ; born++)
            {
                var socket = await _listener.AcceptAsync();
                _connects.Enqueue(Stopwatch.GetTimestamp());
                var connection = new LyingConnection(this, socket, _seed + born);
                _connections.TryAdd(connection, true);
                _ = connection.ServeAsync();
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The row is over.
        }
    }
}
