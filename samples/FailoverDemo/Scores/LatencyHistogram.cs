using System.Diagnostics;
using System.Numerics;

namespace FailoverDemo;

/// <summary>
/// How long calls took, in fixed buckets: sixteen for every doubling of a microsecond, so that a percentile is right within a sixteenth.
/// One caller writes, without a lock; whoever reads meanwhile may miss its last call.
/// </summary>
internal sealed class LatencyHistogram
{
    private const int PerDoubling = 16;
    private const int Doublings = 21; // Beyond 33 s everything falls into the last bucket.

    /// <summary>How many buckets there are.</summary>
    public const int Buckets = PerDoubling * Doublings;

    private readonly long[] _counts = new long[Buckets];

    public void Record(long stopwatchTicks) => _counts[BucketOf(stopwatchTicks * 1_000_000 / Stopwatch.Frequency)]++;

    /// <summary>Adds these counts to those of others.</summary>
    public void AddTo(Span<long> sums)
    {
        for (var bucket = 0; bucket < Buckets; bucket++) sums[bucket] += _counts[bucket];
    }

    /// <summary>The time, in milliseconds, within which this part (0 to 1) of the calls ended; 0 when there were none.</summary>
    public static double Percentile(ReadOnlySpan<long> counts, double part)
    {
        long all = 0;
        foreach (var count in counts) all += count;
        if (all == 0) return 0;

        var left = (long)Math.Ceiling(all * part);
        var bucket = 0;
        while (bucket < Buckets - 1 && (left -= counts[bucket]) > 0) bucket++;
        return UpperEdge(bucket) / 1000.0;
    }

    // Below 16 us a bucket for each; above, the leading five bits of the time say which.
    private static int BucketOf(long microseconds)
    {
        if (microseconds < PerDoubling) return (int)Math.Max(microseconds, 0);
        var shift = BitOperations.Log2((ulong)microseconds) - 4;
        return (int)Math.Min((shift * PerDoubling) + (microseconds >> shift), Buckets - 1);
    }

    private static long UpperEdge(int bucket)
    {
        if (bucket < PerDoubling) return bucket + 1;
        var shift = (bucket / PerDoubling) - 1;
        return (bucket % PerDoubling + PerDoubling + 1L) << shift;
    }
}
