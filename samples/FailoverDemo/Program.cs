// The main job, to be watched: a worker service keeps its cache while servers die, hang and come back.

using ActorCache;
using FailoverDemo;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Spectre.Console;

const int WrongArguments = 2;

var (arguments, fault) = DemoArguments.Read(args);
if (arguments is null) return Refuse(fault!);
if (arguments.Help)
{
    Console.WriteLine(DemoArguments.Usage);
    return 0;
}

// --json promises one line and nothing else, whoever else in the process may want to print.
var output = Console.Out;
if (arguments.Json) Console.SetOut(Console.Error);

ServerPool pool;
try
{
    pool = ServerPool.Start(arguments);
}
catch (InvalidOperationException e)
{
    return Refuse(e.Message);
}

using (pool)
{
    var scores = new Scoreboard(DemoWorker.Callers);
    var log = new EventLog(scores);

    var builder = Host.CreateApplicationBuilder();
    // The cache logs what it announces, and the watch shows that already.
    builder.Logging.ClearProviders().AddProvider(new EventLogProvider(log)).AddFilter("ActorCache", LogLevel.None);
    builder.Services.AddActorCache(options =>
    {
        options.Servers = [.. pool.Addresses];
        // Half a minute between attempts is kind to a real pool, and longer than this run.
        options.MaxRetryDelay = TimeSpan.FromSeconds(1);
    });
    builder.Services.AddSingleton(arguments).AddSingleton(pool).AddSingleton(scores).AddSingleton(log);
    builder.Services.AddSingleton<FaultLedger>().AddSingleton<CacheWatch>().AddSingleton(View);
    builder.Services.AddSingleton<DemoWorker>().AddHostedService(services => services.GetRequiredService<DemoWorker>());

    using var host = builder.Build();
    try
    {
        _ = host.Services.GetRequiredService<IOptions<ActorCacheOptions>>().Value;
    }
    catch (OptionsValidationException e)
    {
        return Refuse(string.Join(Environment.NewLine, e.Failures));
    }

    var worker = host.Services.GetRequiredService<DemoWorker>();
    try
    {
        await host.RunAsync();
        await (worker.ExecuteTask ?? Task.CompletedTask);
    }
    catch (Exception e)
    {
        // Unhandled, it would end this process before the memcached processes are ended.
        Console.Error.WriteLine(e);
        return 1;
    }
    if (worker.Summary is not { } summary) return 1;

    if (arguments.Json) output.WriteLine(SummaryJson.Of(summary));
    else SummaryTable.Write(AnsiConsole.Console, summary);
    return summary.ExitCode;

    IRunView View(IServiceProvider services)
    {
        var monitor = services.GetRequiredService<IActorCacheMonitor>();
        if (arguments.Json) return new NoView();
        return Console.IsOutputRedirected || !AnsiConsole.Profile.Capabilities.Ansi
            ? new LineView(monitor, scores, log)
            : new LiveView(AnsiConsole.Console, monitor, scores, log, $"64 callers, {pool.Kind}", arguments.Duration);
    }
}

static int Refuse(string fault)
{
    Console.Error.WriteLine($"{fault}{Environment.NewLine}{Environment.NewLine}{DemoArguments.Usage}");
    return WrongArguments;
}
