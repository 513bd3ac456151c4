namespace FailoverDemo;

/// <summary>
/// The rates of the last second, out of totals that only grow: what they are now less what they were then. For one reader.
/// </summary>
internal sealed class LastSecond(Scoreboard scores)
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(1);
    private readonly Queue<Reading> _readings = [];

    /// <param name="OpsPerSecond">Calls ended.</param>
    /// <param name="HitRatio">The part of gets that hit, 0 to 1.</param>
    /// <param name="P50">Half the calls ended within so many milliseconds.</param>
    /// <param name="P99">All but one in a hundred did.</param>
    public readonly record struct Rates(double OpsPerSecond, double HitRatio, double P50, double P99);

    public Rates Read()
    {
        var now = Reading.Of(scores);
        while (_readings.Count > 1 && now.At - _readings.Peek().At > Window) _readings.Dequeue();
        var then = _readings.Count > 0 ? _readings.Peek() : Reading.Nothing;
        _readings.Enqueue(now);

        var counts = new long[LatencyHistogram.Buckets];
        for (var i = 0; i < counts.Length; i++) counts[i] = now.Latency[i] - then.Latency[i];
        var gets = now.Totals.Hits + now.Totals.Misses - then.Totals.Hits - then.Totals.Misses;
        return new Rates(
            (now.Totals.Ops - then.Totals.Ops) / Math.Max((now.At - then.At).TotalSeconds, 0.001),
            gets == 0 ? 0 : (now.Totals.Hits - then.Totals.Hits) / (double)gets,
            LatencyHistogram.Percentile(counts, 0.50),
            LatencyHistogram.Percentile(counts, 0.99));
    }

    private sealed record Reading(TimeSpan At, Totals Totals, long[] Latency)
    {
        public static readonly Reading Nothing = new(TimeSpan.Zero, new Totals(0, 0, 0, 0, 0, 0, 0), new long[LatencyHistogram.Buckets]);

        public static Reading Of(Scoreboard scores)
        {
            var latency = new long[LatencyHistogram.Buckets];
            foreach (var caller in scores.Callers) caller.Latency.AddTo(latency);
            return new Reading(scores.Elapsed, scores.Total(), latency);
        }
    }
}
