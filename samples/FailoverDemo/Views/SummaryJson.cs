using System.Text.Json;

namespace FailoverDemo;

/// <summary>The end of the run for programs: one line.</summary>
internal static class SummaryJson
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public static string Of(RunSummary summary)
    {
        var totals = summary.Totals;
        var events = summary.Faults.Select(fault => new Event(fault.What, fault.Server,
            Ms(fault.At), Ms(fault.SeenAfter), Ms(fault.ReroutedAfter), Ms(fault.BackAt), Ms(fault.ReinstatedAfter)));
        var line = new Line(totals.Ops, totals.Hits, totals.Misses, totals.Failed, totals.Wrong, totals.Hung,
            Math.Round(totals.SlowestMilliseconds, 1), [.. events]);
        return JsonSerializer.Serialize(line, Json);
    }

    private static long? Ms(TimeSpan? time) => time is { } t ? (long)Math.Round(t.TotalMilliseconds) : null;

    private sealed record Line(
        long Ops, long Hits, long Misses, long Failed, long Wrong, long Hung, double MaxMs, IReadOnlyList<Event> Events);

    private sealed record Event(string What, string Server, long? AtMs, long? SeenMs, long? ReroutedMs, long? BackAtMs, long? ReinstatedMs);
}
