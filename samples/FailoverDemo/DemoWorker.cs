using ActorCache;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace FailoverDemo;

/// <summary>
/// The worker service: an ordinary user of the cache, with 64 callers. Beside them run the fault schedule, the watch and the view; when the
/// time is up, or at Ctrl+C, it ends the host.
/// </summary>
internal sealed class DemoWorker(
    IActorCache cache, IOptions<ActorCacheOptions> options, DemoArguments arguments, ServerPool pool,
    Scoreboard scores, EventLog log, FaultLedger ledger, CacheWatch watch, IRunView view, IHostApplicationLifetime host) : BackgroundService
{
    /// <summary>How many callers there are.</summary>
    public const int Callers = 64;

    private const int Keys = 10_000;

    // Past its budget by so much, a call is not late but lost.
    private static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(500);

    /// <summary>What the run came to, once it is over.</summary>
    public RunSummary? Summary { get; private set; }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await RunAsync(stoppingToken);
        }
        finally
        {
            host.StopApplication();
        }
    }

    private async Task RunAsync(CancellationToken interrupt)
    {
        var keys = DemoKey.Many(Keys, cache.Monitor);
        var workload = new Workload(cache, keys, scores, ledger, log, arguments.Paced, options.Value.OperationTimeout + Grace);
        var faults = new FaultSchedule(pool, ledger, scores, log, arguments.Duration);

        using var callsOver = CancellationTokenSource.CreateLinkedTokenSource(interrupt);
        using var allOver = new CancellationTokenSource();
        var bystanders = Task.WhenAll(faults.RunAsync(callsOver.Token), watch.RunAsync(allOver.Token), view.RunAsync(allOver.Token));

        callsOver.CancelAfter(arguments.Duration - scores.Elapsed);
        await workload.RunAsync(callsOver.Token, interrupt);
        Summary = new RunSummary(scores.Total(atEnd: true), ledger.Faults, Planned: pool.Breakable.Count > 0 ? 2 : 0);

        await allOver.CancelAsync();
        await bystanders;
    }
}
