using ActorCache;

namespace FailoverDemo;

/// <summary>Plain lines, for a file or a pipe: events as they come, and one line of progress a second.</summary>
internal sealed class LineView(IActorCacheMonitor monitor, Scoreboard scores, EventLog log) : IRunView
{
    private const int TicksPerLine = 10;
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1.0 / TicksPerLine);

    public async Task RunAsync(CancellationToken stop)
    {
        var rates = new LastSecond(scores);
        var printed = 0;
        using var timer = new PeriodicTimer(Tick);
        try
        {
            for (var tick = 1; await timer.WaitForNextTickAsync(stop); tick++)
            {
                printed = PrintEvents(printed);
                if (tick % TicksPerLine == 0) PrintProgress(rates.Read());
            }
        }
        catch (OperationCanceledException)
        {
            PrintEvents(printed);
        }
    }

    private int PrintEvents(int printed)
    {
        foreach (var entry in log.After(printed))
        {
            Console.WriteLine($"{entry.At.TotalSeconds,6:0.000} s  {entry.Source}: {entry.Text}");
            printed++;
        }
        return printed;
    }

    private void PrintProgress(LastSecond.Rates rates)
    {
        var servers = monitor.Current.Servers;
        var inFlight = servers.Sum(server => server.InFlight);
        var up = servers.Count(server => server.State == ServerState.Up);
        Console.WriteLine($"{scores.Elapsed.TotalSeconds,6:0.000} s  {rates.OpsPerSecond,7:#,0} ops/s  hits {rates.HitRatio,6:0.0 %}  "
            + $"p50 {rates.P50:0.00} ms  p99 {rates.P99:0.00} ms  {up} of {servers.Count} up  {inFlight} in flight");
    }
}
