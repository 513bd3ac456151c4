using System.Diagnostics;
using ActorCache;

namespace FailoverDemo;

/// <summary>
/// What one caller has seen. Only that caller writes, so that 64 of them share nothing; readers add the scores up and may miss the last
/// call.
/// </summary>
internal sealed class CallerScore
{
    private long _callStarted;

    public LatencyHistogram Latency { get; } = new();

    public long Hits { get; private set; }

    public long Misses { get; private set; }

    public long Stored { get; private set; }

    /// <summary>Calls with any other outcome, or that threw.</summary>
    public long Failed { get; private set; }

    /// <summary>Hits whose value is not one of the key asked for.</summary>
    public long Wrong { get; private set; }

    /// <summary>Calls that ended, but later than any call may.</summary>
    public long Late { get; private set; }

    /// <summary>The slowest call, in Stopwatch ticks.</summary>
    public long Slowest { get; private set; }

    /// <summary>Since when a call has been under way, as a Stopwatch time stamp; 0 when none is.</summary>
    public long CallStarted => Volatile.Read(ref _callStarted);

    public void Begin() => Volatile.Write(ref _callStarted, Stopwatch.GetTimestamp());

    /// <summary>The call's end is not to count.</summary>
    public void Forget() => Volatile.Write(ref _callStarted, 0);

    /// <param name="outcome">How it ended.</param>
    /// <param name="proven">Whether a hit's value proves its key.</param>
    /// <param name="limit">The ticks no call may exceed.</param>
    public void End(CacheOutcome outcome, bool proven, long limit)
    {
        var took = Stopwatch.GetTimestamp() - _callStarted;
        Volatile.Write(ref _callStarted, 0);
        Latency.Record(took);
        if (took > Slowest) Slowest = took;
        if (took > limit) Late++;
        switch (outcome)
        {
            case CacheOutcome.Hit when !proven: Wrong++; break;
            case CacheOutcome.Hit: Hits++; break;
            case CacheOutcome.Miss: Misses++; break;
            case CacheOutcome.Stored: Stored++; break;
            default: Failed++; break;
        }
    }
}
