using System.Diagnostics;
using System.Diagnostics.Metrics;
using ActorCache.TestServers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace ActorCache.Benchmarks;

/// <summary>
/// What telemetry costs: gets in a closed loop, with nobody listening, with metrics and with traces on. The ways of listening take turns, many
/// times over, so that whatever else the machine does meets all of them; each turn is compared with the silent one of its round,
/// and so is a second silent one, which says how much of a difference is chance.
/// </summary>
internal static class TelemetryThroughput
{
    private const int Rounds = 25;
    private const int Keys = 512;
    private static readonly TimeSpan Warm = TimeSpan.FromMilliseconds(60);
    private static readonly TimeSpan Measured = TimeSpan.FromMilliseconds(300);

    private static readonly string[] KeyNames = [.. Enumerable.Range(0, Keys).Select(i => $"key:{i}")];

    private static readonly (string Name, Func<IDisposable?> Listen)[] Ways =
    [
        ("off", static () => null),
        ("off again", static () => null),
        ("MeterListener", ListenToMeter),
        ("metrics", static () => Sdk.CreateMeterProviderBuilder().AddActorCacheInstrumentation()
            .AddInMemoryExporter(new List<MetricSnapshot>(), reader => reader.PeriodicExportingMetricReaderOptions.ExportIntervalMilliseconds = 250).Build()),
        ("traces", static () => Sdk.CreateTracerProviderBuilder().AddActorCacheInstrumentation().AddProcessor(new BatchActivityExportProcessor(new DroppedSpans())).Build()),
    ];

    public static async Task RunAsync()
    {
        Console.WriteLine("| server | callers | off, gets/s | off again | MeterListener | OpenTelemetry metrics | OpenTelemetry traces |");
        Console.WriteLine("|---|---|---|---|---|---|---|");
        foreach (var kind in new[] { ServerKind.Memcached, ServerKind.Embedded })
        {
            using var server = CacheServer.Start(kind);
            using var host = Build(server.Address);
            await host.StartAsync();
            var cache = host.Services.GetRequiredService<IActorCache>();
            for (var i = 0; i < Keys; i++) await cache.SetAsync($"key:{i}", new byte[100]);
            foreach (var callers in new[] { 64, 1 }) Console.WriteLine($"| {kind} | {callers} | {await CompareAsync(cache, callers)} |");
            await host.StopAsync();
        }
    }

    private static IHost Build(string server)
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddActorCache(server);
        return builder.Build();
    }

    private static async Task<string> CompareAsync(IActorCache cache, int callers)
    {
        var rates = new double[Ways.Length, Rounds];
        for (var round = -1; round < Rounds; round++) // the first for the compiler's sake
        {
            for (var turn = 0; turn < Ways.Length; turn++)
            {
                // Each way is first in its turn: who comes later finds a warmer or a more throttled machine.
                var way = (turn + round + Ways.Length) % Ways.Length;
                using var listening = Ways[way].Listen();
                await LoopAsync(cache, callers, Warm);
                var rate = await LoopAsync(cache, callers, Measured);
                if (round >= 0) rates[way, round] = rate;
                Console.Error.WriteLine($"{callers} callers, round {round + 1} of {Rounds}, {Ways[way].Name}: {rate:N0}/s");
            }
        }
        var off = Median(round => rates[0, round]);
        var ratios = Enumerable.Range(1, Ways.Length - 1).Select(way => Median(round => rates[way, round] / rates[0, round]));
        return $"{off:N0} | {string.Join(" | ", ratios.Select(ratio => $"x {ratio:0.000}"))}";
    }

    private static double Median(Func<int, double> of) => Enumerable.Range(0, Rounds).Select(of).Order().ElementAt(Rounds / 2);

    private static async Task<double> LoopAsync(IActorCache cache, int callers, TimeSpan time)
    {
        var begun = Stopwatch.GetTimestamp();
        var counts = await Task.WhenAll(Enumerable.Range(0, callers).Select(caller => Task.Run(async () =>
        {
            var calls = 0L;
            for (; Stopwatch.GetElapsedTime(begun) < time; calls++)
            {
                if (!(await cache.GetAsync<byte[]>(KeyNames[(caller * 31 + calls) % Keys])).IsHit) throw new InvalidOperationException("A get that should be a hit is none.");
            }
            return calls;
        })));
        return counts.Sum() / Stopwatch.GetElapsedTime(begun).TotalSeconds;
    }

    private static MeterListener ListenToMeter()
    {
        var listener = new MeterListener
        {
            InstrumentPublished = static (instrument, listener) =>
            {
                if (instrument.Meter.Name == ActorCacheTelemetry.MeterName) listener.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<double>(static (_, _, _, _) => { });
        listener.Start();
        return listener;
    }
}
