using ActorCache;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace FailoverDemo;

/// <summary>A picture of the run in the terminal, drawn anew four times a second: servers, rates, and the event log.</summary>
internal sealed class LiveView(
    IAnsiConsole console, IActorCacheMonitor monitor, Scoreboard scores, EventLog log, string title, TimeSpan duration) : IRunView
{
    // Of the picture: the title, both tables without their servers, the panel's frame, and the line the cursor is on.
    private const int OtherRows = 12;
    private static readonly TimeSpan Refresh = TimeSpan.FromMilliseconds(250);

    public async Task RunAsync(CancellationToken stop)
    {
        var rates = new LastSecond(scores);
        await console.Live(Picture(rates.Read())).StartAsync(async live =>
        {
            using var timer = new PeriodicTimer(Refresh);
            try
            {
                while (await timer.WaitForNextTickAsync(stop)) live.UpdateTarget(Picture(rates.Read()));
            }
            catch (OperationCanceledException)
            {
                live.UpdateTarget(Picture(rates.Read()));
            }
        });
    }

    private Rows Picture(LastSecond.Rates rates)
    {
        var servers = monitor.Current.Servers;
        return new Rows(
            new Rule($"[bold]{title.EscapeMarkup()}[/]  {scores.Elapsed.TotalSeconds:0.0} of {duration.TotalSeconds:0} s").LeftJustified(),
            Servers(servers),
            Speed(rates),
            new Panel(Log(console.Profile.Height - OtherRows - servers.Count)) { Header = new PanelHeader("events"), Expand = true });
    }

    private static Table Servers(IReadOnlyList<ServerSnapshot> servers)
    {
        var table = new Table().Border(TableBorder.Rounded).Expand().AddColumns("server", "state", "since");
        foreach (var number in (string[])["share", "in flight"]) table.AddColumn(new TableColumn(number).RightAligned());
        foreach (var server in servers)
        {
            table.AddRow(
                new Text(server.Name),
                new Text(server.State.ToString(), ColorOf(server.State)),
                new Text($"{Math.Max((DateTimeOffset.UtcNow - server.Since).TotalSeconds, 0):0.0} s"),
                new Text($"{server.Share:0.0 %}"),
                new Text($"{server.InFlight:#,0}"));
        }
        return table;
    }

    private Table Speed(LastSecond.Rates rates)
    {
        var totals = scores.Total();
        var table = new Table().Border(TableBorder.Rounded).Expand();
        foreach (var (name, value) in (ReadOnlySpan<(string, string)>)
        [
            ("ops/s", $"{rates.OpsPerSecond:#,0}"),
            ("hit ratio", $"{rates.HitRatio:0.0 %}"),
            ("p50", $"{rates.P50:0.00} ms"),
            ("p99", $"{rates.P99:0.00} ms"),
            ("slowest", $"{totals.SlowestMilliseconds:0} ms"),
            ("failed", $"{totals.Failed:#,0}"),
            ("wrong", $"{totals.Wrong:#,0}"),
            ("hung", $"{totals.Hung:#,0}"),
        ])
        {
            var (above, below) = (new Text(name, new Style(Color.Grey)), new Text(value, new Style(decoration: Decoration.Bold)));
            table.AddColumn(new TableColumn(new Rows(above, below)));
        }
        return table;
    }

    private Rows Log(int rows)
    {
        var width = Math.Max(console.Profile.Width - 4, 20);
        // One line each: a line that wraps would push the picture's head off the screen.
        return new Rows(log.Last(Math.Max(rows, 3)).Select(IRenderable (entry) => new Text(
            Cut($"{entry.At.TotalSeconds,6:0.000} s  {entry.Source}: {entry.Text}", width),
            new Style(entry.Source == "demo" ? Color.Yellow : null))));
    }

    private static string Cut(string line, int width) => line.Length <= width ? line : $"{line[..(width - 1)]}…";

    private static Style ColorOf(ServerState state) => new(state switch
    {
        ServerState.Up => Color.Green,
        ServerState.Down => Color.Red,
        _ => Color.Yellow,
    });
}
