using System.Collections.Concurrent;
using System.Diagnostics;

namespace ActorCache.Chaos;

/// <summary>Counts what became of every call of a row, and keeps the first words on each thing that went wrong.</summary>
internal sealed class Ledger(HeartBeat heart)
{
    private const double GraceMs = 100;
    private long _calls, _failed, _wrong, _stale, _hung, _cancelled, _threw, _hits, _open;

    /// <summary>The first few things worth telling.</summary>
    public ConcurrentQueue<string> Notes { get; } = new();

    /// <summary>How calls without an answer ended, by kind.</summary>
    public ConcurrentDictionary<string, long> Failures { get; } = new();

    public long Calls => Volatile.Read(ref _calls);

    public long Hits => Volatile.Read(ref _hits);

    public long Failed => Volatile.Read(ref _failed);

    public long Wrong => Volatile.Read(ref _wrong);

    public long Stale => Volatile.Read(ref _stale);

    public long Hung => Volatile.Read(ref _hung);

    public long Cancelled => Volatile.Read(ref _cancelled);

    /// <summary>Exceptions that no caller of a cache should see.</summary>
    public long Threw => Volatile.Read(ref _threw);

    /// <summary>Calls that have begun and not ended. When a row is over there are none, or they hang for ever.</summary>
    public long Open => Volatile.Read(ref _open);

    /// <summary>A call begins: it must end, one way or another.</summary>
    public CallClock Begin()
    {
        Interlocked.Increment(ref _open);
        return Now();
    }

    /// <summary>Only the time.</summary>
    public CallClock Now() => new(Stopwatch.GetTimestamp(), heart.Lateness);

    /// <summary>A call was refused as it must be: the cache has been shut down, or the argument was none.</summary>
    public void Refused() => Interlocked.Decrement(ref _open);

    /// <summary>How long a call took, in milliseconds, less what this process was late meanwhile.</summary>
    public double Took(CallClock begun) => Math.Max(0,
        Stopwatch.GetElapsedTime(begun.At).TotalMilliseconds - Stopwatch.GetElapsedTime(0, heart.Lateness - begun.Lateness).TotalMilliseconds);

    /// <summary>A call has ended with this outcome; of a failed one it is noted what it was for and who was asked last.</summary>
    public void Ended(CallClock begun, TimeSpan budget, CacheOutcome outcome, TrackedKey? key = null, string? server = null)
    {
        End(begun, budget);
        if (outcome is not (CacheOutcome.Unavailable or CacheOutcome.TimedOut or CacheOutcome.Overloaded or CacheOutcome.ServerError)) return;
        Fail(outcome.ToString());
        if (Failed <= 3 && key is not null) Note($"failed: {key.Name} of {key.Owner}: {outcome} from {server ?? "nobody"} after {Took(begun):0.0} ms");
    }

    /// <summary>How long callers that gave up still had to wait.</summary>
    public Latencies Detached { get; } = new();

    /// <summary>A call has ended because its caller gave up.</summary>
    public void GaveUp(CallClock begun, TimeSpan budget)
    {
        Interlocked.Increment(ref _cancelled);
        End(begun, budget);
    }

    /// <summary>A call has ended with an exception that is nobody's fault but the client's.</summary>
    public void Ended(CallClock begun, TimeSpan budget, Exception exception)
    {
        End(begun, budget);
        Interlocked.Increment(ref _threw);
        Fail(exception.GetType().Name);
        Note($"threw {exception.GetType().Name}: {exception.Message}");
    }

    public void Judged(Judgement judgement, string about)
    {
        switch (judgement)
        {
            case Judgement.Right:
                Interlocked.Increment(ref _hits);
                break;
            case Judgement.Stale:
                Interlocked.Increment(ref _stale);
                Note($"stale: {about}");
                break;
            case Judgement.Wrong:
                Interlocked.Increment(ref _wrong);
                Note($"wrong: {about}");
                break;
        }
    }

    private void End(CallClock begun, TimeSpan budget)
    {
        Interlocked.Decrement(ref _open);
        Interlocked.Increment(ref _calls);
        var raw = Stopwatch.GetElapsedTime(begun.At).TotalMilliseconds;
        if (raw <= budget.TotalMilliseconds + GraceMs) return;
        if (Took(begun) is var took && took <= budget.TotalMilliseconds + GraceMs) return;
        Interlocked.Increment(ref _hung);
        Note($"hung: {took:0} ms of {budget.TotalMilliseconds:0}, {raw:0} by the clock");
    }

    private void Fail(string kind)
    {
        Interlocked.Increment(ref _failed);
        Failures.AddOrUpdate(kind, 1, static (_, count) => count + 1);
    }

    private void Note(string text)
    {
        if (Notes.Count < 8) Notes.Enqueue(text);
    }
}
