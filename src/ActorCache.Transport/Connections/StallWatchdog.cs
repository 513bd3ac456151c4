namespace ActorCache.Transport;

/// <summary>
/// The one coarse tick of a connection. It ends attempts whose time is over, declares the connection stalled when operations are in
/// flight and no byte came for the read timeout, and asks a quiet server for a sign of health. A slow reply that moves kills nothing.
/// </summary>
internal sealed class StallWatchdog : IThreadPoolWorkItem
{
    // A tick or a verdict this late says that our own process was frozen or starved: the silence may have been our deafness, and is counted anew.
    // No longer than this, though: a server that hangs can be what starves us, by the threads that wait for it.
    private static readonly TimeSpan Late = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestExcuse = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(1);

    private readonly PipelinedConnection _connection;
    private readonly ConnectionOptions _options;
    private readonly TimeProvider _time;
    private readonly Action<IThreadPoolWorkItem> _line; // where a verdict waits behind whatever was received before it
    private readonly ITimer _timer;
    private readonly Lock _gate = new();
    private long _lastReceive;   // the receive loop
    private long _inFlightSince; // senders: when the queue last went from empty to not
    private long _lastTick;
    private bool _started;
    private bool _late; // the last tick was
    private long _accusedAt; // since when a verdict stands in line; 0: none does
    private long _deafUntil; // silence before is not counted
    private long _excusedSince = long.MinValue; // the first excuse of the last silence that had one
    private volatile bool _resting;

    public StallWatchdog(PipelinedConnection connection, ConnectionOptions options, TimeProvider time, Action<IThreadPoolWorkItem>? line = null)
    {
        _connection = connection;
        _options = options;
        _line = line ?? (static verdict => ThreadPool.UnsafeQueueUserWorkItem(verdict, preferLocal: false));
        _time = time;
        _lastReceive = _inFlightSince = _deafUntil = time.GetTimestamp();
        _timer = time.CreateTimer(static watchdog => ((StallWatchdog)watchdog!).OnTick(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public void Start()
    {
        lock (_gate)
        {
            _started = true;
            SetPace(resting: false);
        }
    }

    /// <summary>The queue is about to get its first operation: before that, no byte was due.</summary>
    public void OnFirstInFlight(long now) => Volatile.Write(ref _inFlightSince, now);

    /// <summary>The queue has got its first operation: from now on every tick counts.</summary>
    public void Wake()
    {
        if (!_resting) return;
        lock (_gate)
        {
            if (_resting && _started) SetPace(resting: false);
        }
    }

    /// <summary>Bytes came, whatever they are.</summary>
    public void OnReceive() => Volatile.Write(ref _lastReceive, _time.GetTimestamp());

    public void Stop() => _timer.Dispose();

    private void OnTick()
    {
        var now = _time.GetTimestamp();
        bool spare;
        lock (_gate)
        {
            var since = _time.GetElapsedTime(_lastTick, now);
            if (_late && since < _options.Tick / 2) return; // Ticks that were held up together come together: they are one.
            var again = _late;
            _late = !_resting && since - _options.Tick > Late;
            _lastTick = now;
            // What waits in the socket is read before anyone is judged. But under lasting starvation calls must end all the same.
            spare = _late && TryExcuse(now) && !again;
        }
        if (spare) return;

        var lastReceive = Volatile.Read(ref _lastReceive);
        if (_connection.InFlight > 0)
        {
            // The pool serves timers before all else: a starved one may tick on time while what the server said waits in line. The verdict
            // stands in that line too, and whoever has waited there longer is heard first.
            if (QuietAt(now) >= StallAfter && Interlocked.CompareExchange(ref _accusedAt, now, 0) == 0) _line(this);
            else _connection.EndLateAttempts(now);
        }
        else if (_time.GetElapsedTime(lastReceive, now) is var idle && idle >= _options.IdleProbe)
        {
            _connection.TrySend(new HealthProbe(now));
        }
        else if (idle >= Rest && !_resting)
        {
            _connection.Shrink();
            lock (_gate)
            {
                SetPace(resting: true);
                // Whoever sends first looks at the pace afterwards, and we look at the queue afterwards: one of us sees the other.
                Interlocked.MemoryBarrier();
                if (_connection.InFlight > 0) SetPace(resting: false);
            }
        }
    }

    // The verdict.
    void IThreadPoolWorkItem.Execute()
    {
        var now = _time.GetTimestamp();
        if (_time.GetElapsedTime(_accusedAt, now) > Late) TryExcuse(now);
        if (QuietAt(now) is var quiet && quiet >= StallAfter && _connection.InFlight > 0)
        {
            _connection.Close(new ConnectionClosed(CloseReason.Stalled,
                $"{_connection.InFlight} operations in flight and no byte for {quiet.TotalMilliseconds:0} ms"));
        }
        Volatile.Write(ref _accusedAt, 0);
    }

    // A connection is judged a tick early rather than late: else the calls of its last moments would time out one by one, before it.
    private TimeSpan StallAfter
    {
        get
        {
            var patience = _options.ReadTimeout; // it may change at any moment
            return patience - (_options.Tick < patience / 10 ? _options.Tick : patience / 10);
        }
    }

    private long SilentSince => Math.Max(Volatile.Read(ref _lastReceive), Volatile.Read(ref _inFlightSince));

    private TimeSpan QuietAt(long now) => _time.GetElapsedTime(Math.Max(SilentSince, Volatile.Read(ref _deafUntil)), now);

    private bool TryExcuse(long now)
    {
        lock (_gate)
        {
            if (_excusedSince < SilentSince) _excusedSince = now;
            if (_time.GetElapsedTime(_excusedSince, now) > LongestExcuse) return false;
            Volatile.Write(ref _deafUntil, now);
            return true;
        }
    }

    // An idle connection ticks only as often as it is probed: a hundred of them must cost nothing.
    private void SetPace(bool resting)
    {
        _resting = resting;
        _lastTick = _time.GetTimestamp();
        var pace = resting ? _options.IdleProbe : _options.Tick;
        _timer.Change(pace, pace);
    }
}
