namespace ActorCache.Simulation.Tests;

/// <summary>The simulation's only clock and only scheduler: whatever happens is an event in its queue, and happens on the one thread that runs it.</summary>
internal sealed class VirtualTime : TimeProvider
{
    private static readonly DateTimeOffset Start = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly PriorityQueue<Action, (long At, long Order)> _events = new();
    private long _now = TimeSpan.TicksPerHour; // a clock that has been running: nothing may mistake zero for a moment
    private long _order;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public TimeSpan Now => TimeSpan.FromTicks(_now);

    public override long GetTimestamp() => _now;

    public override DateTimeOffset GetUtcNow() => Start.AddTicks(_now);

    /// <summary>Has something happen after a while; what is due at the same moment happens in the order in which it was asked for.</summary>
    public void After(TimeSpan delay, Action happens) => _events.Enqueue(happens, (_now + Math.Max(0, delay.Ticks), _order++));

    /// <summary>For a client that pauses.</summary>
    public Task Pause(TimeSpan delay)
    {
        var over = new TaskCompletionSource();
        After(delay, over.SetResult);
        return over.Task;
    }

    /// <summary>Runs what is due until then, and whatever that brings about.</summary>
    public void Run(TimeSpan until, Action afterEach)
    {
        while (_events.TryPeek(out var happens, out var due) && due.At <= until.Ticks)
        {
            _events.Dequeue();
            _now = due.At;
            happens();
            afterEach();
        }
        _now = Math.Max(_now, until.Ticks);
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new VirtualTimer(this, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    private sealed class VirtualTimer(VirtualTime time, Action callback) : ITimer
    {
        private int _setting;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            var setting = ++_setting;
            if (dueTime >= TimeSpan.Zero) time.After(dueTime, () => Fire(setting, period));
            return true;
        }

        public void Dispose() => _setting++;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        private void Fire(int setting, TimeSpan period)
        {
            if (setting != _setting) return;
            if (period > TimeSpan.Zero) time.After(period, () => Fire(setting, period));
            callback();
        }
    }
}
