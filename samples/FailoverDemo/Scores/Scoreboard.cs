using System.Diagnostics;

namespace FailoverDemo;

/// <summary>Every caller's score, and the clock of the run that starts with it.</summary>
internal sealed class Scoreboard(int callers)
{
    private readonly long _started = Stopwatch.GetTimestamp();

    public IReadOnlyList<CallerScore> Callers { get; } = [.. Enumerable.Range(0, callers).Select(static _ => new CallerScore())];

    /// <summary>The time of the run.</summary>
    public TimeSpan Elapsed => Stopwatch.GetElapsedTime(_started);

    /// <summary>The totals so far.</summary>
    /// <param name="atEnd">Nobody waits any more: a call still under way is one that hangs.</param>
    public Totals Total(bool atEnd = false)
    {
        long hits = 0, misses = 0, stored = 0, failed = 0, wrong = 0, hung = 0, slowest = 0;
        foreach (var caller in Callers)
        {
            hits += caller.Hits;
            misses += caller.Misses;
            stored += caller.Stored;
            failed += caller.Failed;
            wrong += caller.Wrong;
            hung += caller.Late;
            slowest = Math.Max(slowest, caller.Slowest);
            if (atEnd && caller.CallStarted is > 0 and var since)
            {
                hung++;
                slowest = Math.Max(slowest, Stopwatch.GetTimestamp() - since);
            }
        }
        var ops = hits + misses + stored + failed + wrong;
        return new Totals(ops, hits, misses, failed, wrong, hung, slowest * 1000.0 / Stopwatch.Frequency);
    }
}
