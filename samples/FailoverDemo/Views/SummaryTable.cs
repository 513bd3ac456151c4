using Spectre.Console;

namespace FailoverDemo;

/// <summary>The end of the run for people: what became of each fault, and the totals.</summary>
internal static class SummaryTable
{
    public static void Write(IAnsiConsole console, RunSummary summary)
    {
        if (summary.Faults.Count > 0) console.Write(Faults(summary.Faults));
        console.Write(Totals(summary));
        console.WriteLine(Verdict(summary));
    }

    private static Table Faults(IReadOnlyList<InjectedFault> faults)
    {
        var table = new Table().Border(TableBorder.Rounded).AddColumns("event", "server");
        foreach (var time in (string[])["at", "seen\nafter", "rerouted\nafter", "back\nat", "reinstated\nafter"])
            table.AddColumn(new TableColumn(time).RightAligned().NoWrap());
        foreach (var fault in faults)
        {
            table.AddRow(fault.What, fault.Server, Seconds(fault.At), Milliseconds(fault.SeenAfter), Milliseconds(fault.ReroutedAfter),
                Seconds(fault.BackAt), Milliseconds(fault.ReinstatedAfter));
        }
        return table;
    }

    private static Table Totals(RunSummary summary)
    {
        var totals = summary.Totals;
        var table = new Table().Border(TableBorder.Rounded);
        foreach (var name in (string[])["ops", "hits", "misses", "failed", "wrong", "hung", "slowest call"])
            table.AddColumn(new TableColumn(name).RightAligned());
        table.AddRow([.. new[] { totals.Ops, totals.Hits, totals.Misses, totals.Failed, totals.Wrong, totals.Hung }.Select(n => $"{n:#,0}"),
            $"{totals.SlowestMilliseconds:0} ms"]);
        return table;
    }

    private static string Verdict(RunSummary summary) => summary switch
    {
        { Totals.Ops: 0 } => "No call has ended.",
        { Totals.IsClean: false } => "Not good: a call failed, hung, or got another key's value.",
        { IsWhole: false } => "Every call was answered, but not every fault was injected, seen and healed before the end.",
        { Faults.Count: 0 } => "Every call was answered.",
        _ => "Every call was answered; both faults were seen and healed.",
    };

    private static string Seconds(TimeSpan? time) => time is { } t ? $"{t.TotalSeconds:0.00} s" : "-";

    private static string Milliseconds(TimeSpan? time) => time is { } t ? $"{t.TotalMilliseconds:0} ms" : "-";
}
