using System.Collections.Concurrent;
using System.Diagnostics;

namespace ActorCache.Tests;

/// <summary>Every span of the process while it listens: for tests that run <see cref="Alone"/>.</summary>
internal sealed class Spans : IDisposable
{
    private readonly ConcurrentQueue<Activity> _ended = new();
    private readonly ActivityListener _listener;
    private int _started;

    public Spans(ActivitySamplingResult sampling = ActivitySamplingResult.AllDataAndRecorded)
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name is ActorCacheTelemetry.ActivitySourceName or "caller",
            Sample = (ref ActivityCreationOptions<ActivityContext> options) => options.Source.Name == "caller" ? ActivitySamplingResult.AllDataAndRecorded : sampling,
            ActivityStarted = _ => Interlocked.Increment(ref _started),
            ActivityStopped = _ended.Enqueue,
        };
        ActivitySource.AddActivityListener(_listener);
    }

    /// <summary>A caller's own source.</summary>
    public static ActivitySource Caller { get; } = new("caller");

    public int Started => Volatile.Read(ref _started);

    /// <summary>Those that have ended, in order.</summary>
    public IReadOnlyList<Activity> Ended => [.. _ended];

    public void Dispose() => _listener.Dispose();
}
