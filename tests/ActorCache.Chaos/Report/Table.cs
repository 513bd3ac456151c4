using System.Text.Json;

namespace ActorCache.Chaos;

/// <summary>Rows for people and for programs.</summary>
internal static class Table
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    public static string Head =>
        $"{"fault",-10} | {"what",-50} | {"calls",10} | {"failed",7} | {"wrong",5} | {"stale",5} | {"hung",4} | {"eject ms",8} | {"reroute ms",10} | {"rejoin ms",9} | {"peak MB",7} | verdict";

    public static string Line(Row row) =>
        $"{row.Fault,-10} | {row.What,-50} | {row.Calls,10} | {row.Failed,7} | {row.Wrong,5} | {row.Stale,5} | {row.Hung,4} | {Text.Ms(row.EjectMs),8} | "
        + $"{Text.Ms(row.RerouteMs),10} | {Text.Ms(row.RejoinMs),9} | {row.PeakMb,7:0} | {row.Verdict}{(row.Note.Length > 0 ? $" ({row.Note})" : "")}";

    public static string AsJson(IEnumerable<Row> rows) => JsonSerializer.Serialize(rows, Json);
}
