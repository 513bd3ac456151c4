using System.Diagnostics;

namespace ActorCache.Chaos;

/// <summary>What callers saw in one stretch of time: of the struck server's keys, and of all the others.</summary>
internal sealed class Phase(string? struck)
{
    private long _firstElsewhere;
    private long _firstAtHome;

    /// <summary>When it began.</summary>
    public long Began { get; } = Stopwatch.GetTimestamp();

    /// <summary>Calls for keys of the struck server.</summary>
    public Latencies Struck { get; } = new();

    /// <summary>Calls for keys of the other servers.</summary>
    public Latencies Others { get; } = new();

    /// <summary>How long until a key of the struck server was answered by another one, in milliseconds; null: not yet.</summary>
    public double? ElsewhereMs => Elapsed(ref _firstElsewhere);

    /// <summary>How long until a key of the struck server was answered by itself; null: not yet.</summary>
    public double? AtHomeMs => Elapsed(ref _firstAtHome);

    /// <summary>A call has ended that began in this phase; with the server that answered, or null.</summary>
    public void Answered(TrackedKey key, string? server, double tookMs)
    {
        if (key.Owner != struck)
        {
            Others.Add(tookMs);
            return;
        }
        Struck.Add(tookMs);
        if (server is null) return;
        ref var first = ref server == struck ? ref _firstAtHome : ref _firstElsewhere;
        if (Volatile.Read(ref first) == 0) Interlocked.CompareExchange(ref first, Stopwatch.GetTimestamp(), 0);
    }

    private double? Elapsed(ref long first) => Volatile.Read(ref first) is var at and not 0 ? Stopwatch.GetElapsedTime(Began, at).TotalMilliseconds : null;
}
