using ActorCache.Placement;
using ActorCache.Transport;

namespace ActorCache;

/// <summary>
/// What one server has done, in numbers that only grow, however often it is lost, leaves and comes again; and the attributes that name it. One
/// without an address stands for calls that no server was asked.
/// </summary>
internal sealed class ServerFigures
{
    private readonly OperationFigures?[] _operations = new OperationFigures?[CallKinds.Count];
    private readonly long[] _failedConnects = new long[Enum.GetValues<CloseReason>().Length];
    private readonly Lock _gate = new();
    private readonly List<PipelinedConnection> _connections = []; // several only while one leaves and the next is there
    private long _endedSent;
    private long _endedReceived;
    private long _reroutes;
    private long _losses;
    private long _failovers;
    private long _overflows;
    private long _connects;

    public ServerFigures(string cache, ServerAddress? address)
    {
        Address = address;
        Tags = address switch
        {
            null => [new(TelemetryNames.Cache, cache)],
            { IsUnixSocket: true } or { Port: ServerAddress.DefaultPort } => [new(TelemetryNames.Cache, cache), new(TelemetryNames.Address, address.Host)],
            _ => [new(TelemetryNames.Cache, cache), new(TelemetryNames.Address, address.Host), new(TelemetryNames.Port, address.Port)],
        };
        Target = address is null ? null : address.Port == ServerAddress.DefaultPort ? address.Host : address.Name;
    }

    public ServerAddress? Address { get; }

    /// <summary>The cache, and the server's address and port as the conventions have them: no port if it is memcached's own.</summary>
    public KeyValuePair<string, object?>[] Tags { get; }

    /// <summary>How spans' names call it; null for nobody.</summary>
    public string? Target { get; }

    /// <summary>Attempts that ended here without an answer and went on to another server.</summary>
    public long Reroutes => Volatile.Read(ref _reroutes);

    /// <summary>How often it was lost.</summary>
    public long Losses => Volatile.Read(ref _losses);

    /// <summary>How often it was ejected.</summary>
    public long Failovers => Volatile.Read(ref _failovers);

    /// <summary>How often its journal could hold no more.</summary>
    public long Overflows => Volatile.Read(ref _overflows);

    /// <summary>Dials that came to a connection.</summary>
    public long Connects => Volatile.Read(ref _connects);

    /// <summary>Bytes of requests and of replies over all its connections.</summary>
    public (long Sent, long Received) Traffic
    {
        get
        {
            lock (_gate)
            {
                return (_endedSent + _connections.Sum(connection => connection.BytesSent), _endedReceived + _connections.Sum(connection => connection.BytesReceived));
            }
        }
    }

    public OperationFigures Of(CallKind kind) =>
        Volatile.Read(ref _operations[(int)kind]) ?? Interlocked.CompareExchange(ref _operations[(int)kind], new OperationFigures(this, kind), null) ?? _operations[(int)kind]!;

    /// <summary>The calls that ended here, as far as any of a kind did.</summary>
    public OperationFigures? OrNull(CallKind kind) => Volatile.Read(ref _operations[(int)kind]);

    /// <summary>Dials that failed for this reason.</summary>
    public long FailedConnects(CloseReason reason) => Volatile.Read(ref _failedConnects[(int)reason]);

    public void Rerouted() => Interlocked.Increment(ref _reroutes);

    public void Lost() => Interlocked.Increment(ref _losses);

    public void FailedOver() => Interlocked.Increment(ref _failovers);

    public void Overflowed() => Interlocked.Increment(ref _overflows);

    public void ConnectFailed(CloseReason reason) => Interlocked.Increment(ref _failedConnects[(int)reason]);

    public void Connected(IServerConnection connection)
    {
        Interlocked.Increment(ref _connects);
        if (connection is not PipelinedConnection pipelined) return;
        lock (_gate) _connections.Add(pipelined);
        pipelined.Completion.ContinueWith(_ => Ended(pipelined), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    private void Ended(PipelinedConnection connection)
    {
        lock (_gate)
        {
            _connections.Remove(connection);
            _endedSent += connection.BytesSent;
            _endedReceived += connection.BytesReceived;
        }
    }
}
