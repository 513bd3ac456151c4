namespace ActorCache.Transport;

/// <summary>
/// The one coarse tick of a connection. It ends attempts whose time is over, declares the connection stalled when operations are in
/// flight and no byte came for the read timeout, and asks a quiet server for a sign of health. A slow reply that moves kills nothing.
/// </summary>
internal sealed class StallWatchdog
{
    // A tick this late says that our own process was frozen or starved: whatever waits in the socket is read before anyone is judged.
    // The next tick judges, late or not: under lasting starvation calls must end all the same.
    private static readonly TimeSpan LateTick = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(1);

    // A connection is judged a tick early rather than late: else the calls of its last moments would time out one by one, before it.
    private readonly TimeSpan _stallAfter;
    private readonly PipelinedConnection _connection;
    private readonly ConnectionOptions _options;
    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private readonly Lock _gate = new();
    private long _lastReceive;   // the receive loop
    private long _inFlightSince; // senders: when the queue last went from empty to not
    private long _lastTick;
    private bool _started;
    private bool _late; // the last tick was, and judged nobody
    private volatile bool _waited; // the last verdict did, and fell
    private volatile bool _resting;

    public StallWatchdog(PipelinedConnection connection, ConnectionOptions options, TimeProvider time)
    {
        _connection = connection;
        _options = options;
        _stallAfter = options.ReadTimeout - (options.Tick < options.ReadTimeout / 10 ? options.Tick : options.ReadTimeout / 10);
        _time = time;
        _lastReceive = _inFlightSince = time.GetTimestamp();
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
        bool late;
        lock (_gate)
        {
            late = _late = !_resting && !_late && _time.GetElapsedTime(_lastTick, now) - _options.Tick > LateTick;
            _lastTick = now;
        }
        if (late) return;

        var lastReceive = Volatile.Read(ref _lastReceive);
        if (_connection.InFlight > 0)
        {
            if (QuietAt(now) < _stallAfter) _connection.EndLateAttempts(now);
            // The pool serves timers before all else: a starved one may tick on time while what the server said waits in line. The verdict
            // stands in that line too, and whoever has waited there longer is heard first.
            else ThreadPool.UnsafeQueueUserWorkItem(static late => late.Watchdog.Judge(late.Now), (Watchdog: this, Now: now), preferLocal: false);
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

    private void Judge(long accusedAt)
    {
        var now = _time.GetTimestamp();
        if (!_waited && _time.GetElapsedTime(accusedAt, now) > LateTick)
        {
            // A verdict that had to wait so long comes from a starved process: the next tick accuses again, if there is still reason to, and
            // that verdict stands. But calls end in their time, whoever is to blame.
            _waited = true;
            _connection.EndLateAttempts(now);
            return;
        }
        _waited = false;
        var quiet = QuietAt(now);
        if (quiet < _stallAfter || _connection.InFlight == 0) return;
        _connection.Close(new ConnectionClosed(CloseReason.Stalled,
            $"{_connection.InFlight} operations in flight and no byte for {quiet.TotalMilliseconds:0} ms"));
    }

    private TimeSpan QuietAt(long now) =>
        _time.GetElapsedTime(Math.Max(Volatile.Read(ref _lastReceive), Volatile.Read(ref _inFlightSince)), now);

    // An idle connection ticks only as often as it is probed: a hundred of them must cost nothing.
    private void SetPace(bool resting)
    {
        _resting = resting;
        _lastTick = _time.GetTimestamp();
        var pace = resting ? _options.IdleProbe : _options.Tick;
        _timer.Change(pace, pace);
    }
}
