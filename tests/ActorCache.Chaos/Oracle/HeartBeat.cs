using System.Diagnostics;

namespace ActorCache.Chaos;

/// <summary>
/// Beats every ten milliseconds on a thread of its own, through the thread pool and back. How late it is, is how late this process or this
/// machine was, and no call is blamed for that. It also keeps an eye on memory.
/// </summary>
internal sealed class HeartBeat : IDisposable
{
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(10);
    private static readonly long Tolerated = Stopwatch.Frequency * 12 / 1000;
    private readonly ManualResetEventSlim _stop = new();
    private readonly Thread _thread;
    private long _late;
    private long _last = Stopwatch.GetTimestamp();
    private long _peak;

    public HeartBeat()
    {
        _thread = new Thread(Run) { IsBackground = true, Name = "heart beat", Priority = ThreadPriority.AboveNormal };
        _thread.Start();
    }

    /// <summary>Lateness summed up since the beginning, with that of a beat that is due; in time stamps.</summary>
    public long Lateness => Volatile.Read(ref _late) + Math.Max(0, Stopwatch.GetTimestamp() - Volatile.Read(ref _last) - Tolerated);

    /// <summary>The largest working set since <see cref="ForgetPeak"/>, in bytes.</summary>
    public long Peak => Math.Max(Volatile.Read(ref _peak), Environment.WorkingSet);

    public void ForgetPeak() => Volatile.Write(ref _peak, Environment.WorkingSet);

    public void Dispose()
    {
        _stop.Set();
        _thread.Join();
        _stop.Dispose();
    }

    private void Run()
    {
        using var answered = new AutoResetEvent(false);
        for (var beats = 0; !_stop.Wait(Beat); beats++)
        {
            // Callers live on the pool: when its threads are late, they are. A pool that is stuck altogether is no excuse for more than a second.
            ThreadPool.UnsafeQueueUserWorkItem(static answered => answered.Set(), answered, preferLocal: false);
            answered.WaitOne(TimeSpan.FromSeconds(1));
            var now = Stopwatch.GetTimestamp();
            Volatile.Write(ref _late, _late + Math.Max(0, now - _last - Tolerated));
            Volatile.Write(ref _last, now);
            if (beats % 10 == 0) Volatile.Write(ref _peak, Math.Max(_peak, Environment.WorkingSet));
        }
    }
}
