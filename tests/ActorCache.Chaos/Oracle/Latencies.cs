namespace ActorCache.Chaos;

/// <summary>Durations of many calls, in buckets a twelfth of a doubling wide: fine enough to compare, and of one size.</summary>
internal sealed class Latencies
{
    private const int PerDoubling = 12;
    private const double SmallestMs = 0.001;
    private readonly long[] _counts = new long[PerDoubling * 30];
    private double _longest;

    public long Count => _counts.Sum();

    public double LongestMs => Volatile.Read(ref _longest);

    public void Add(double milliseconds)
    {
        var bucket = (int)(PerDoubling * Math.Log2(Math.Max(milliseconds, SmallestMs) / SmallestMs));
        Interlocked.Increment(ref _counts[Math.Min(bucket, _counts.Length - 1)]);
        for (var longest = _longest; milliseconds > longest; longest = _longest) Interlocked.CompareExchange(ref _longest, milliseconds, longest);
    }

    /// <summary>The duration, in milliseconds, that so many of a hundred calls did not exceed; 0 without calls.</summary>
    public double Percentile(double percent)
    {
        var left = (long)Math.Ceiling(Count * percent / 100);
        if (left == 0) return 0;
        for (var bucket = 0; bucket < _counts.Length; bucket++)
        {
            left -= _counts[bucket];
            if (left <= 0) return SmallestMs * Math.Pow(2, (bucket + 1.0) / PerDoubling);
        }
        return LongestMs;
    }
}
