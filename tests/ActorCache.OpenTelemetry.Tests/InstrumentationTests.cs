using System.Diagnostics;
using ActorCache.EmbeddedServer;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace ActorCache.OpenTelemetry.Tests;

/// <summary>What OpenTelemetry's own SDK exports of a cache: names, units, attributes and buckets.</summary>
public sealed class InstrumentationTests
{
    private static readonly double[] Buckets =
        [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, double.PositiveInfinity];

    [Fact]
    public async Task A_host_exports_metrics_and_spans_by_one_call_each()
    {
        await using var server = EmbeddedMemcached.Start();
        var metrics = new List<Metric>();
        var spans = new List<Activity>();
        using var host = Build(server.Address, metrics, spans);
        await host.StartAsync();
        var cache = host.Services.GetRequiredService<IActorCache>();
        Assert.True((await cache.SetAsync("key", "value").Soon()).IsStored);
        Assert.True((await cache.GetAsync<string>("key").Soon()).IsHit);
        Assert.False((await cache.GetAsync<string>("other").Soon()).IsHit);
        host.Services.GetRequiredService<MeterProvider>().ForceFlush();
        host.Services.GetRequiredService<TracerProvider>().ForceFlush();

        var duration = Assert.Single(metrics, metric => metric.Name == "db.client.operation.duration");
        Assert.Equal(("ActorCache", "0.1.0", "s", MetricType.Histogram), (duration.MeterName, duration.MeterVersion, duration.Unit, duration.MetricType));
        var points = Points(duration);
        Assert.Equal(["get", "set"], points.Select(point => Tag(point, "db.operation.name")).Order());
        var get = points.Single(point => Tag(point, "db.operation.name") == "get");
        Assert.Equal(2, get.GetHistogramCount());
        Assert.Equal(Buckets, BoundsOf(get));
        Assert.Equal(
            ["actorcache.cache=default", "db.operation.name=get", "db.system.name=memcached", "server.address=127.0.0.1", $"server.port={server.Address.Split(':')[1]}"],
            Tags(get).Select(tag => $"{tag.Key}={tag.Value}").Order());

        var requests = Points(Assert.Single(metrics, metric => metric.Name == "actorcache.requests"));
        Assert.Equal(["get hit 1", "get miss 1", "set stored 1"],
            requests.Select(point => $"{Tag(point, "db.operation.name")} {Tag(point, "actorcache.outcome")} {point.GetSumLong()}").Order());
        Assert.Equal(1, Assert.Single(Points(Assert.Single(metrics, metric => metric.Name == "actorcache.servers.up"))).GetSumLong());
        var io = Points(Assert.Single(metrics, metric => metric.Name == "actorcache.server.io"));
        Assert.Equal(["receive", "transmit"], io.Select(point => Tag(point, "network.io.direction")).Order());
        Assert.All(io, point => Assert.InRange(point.GetSumLong(), 30, 10_000));

        Assert.Equal(["set", "get", "get"], spans.Select(span => span.OperationName));
        Assert.All(spans, span => Assert.Equal(ActivityKind.Client, span.Kind));
        await host.StopAsync();
    }

    [Fact]
    public async Task Two_caches_on_one_meter_are_told_apart_by_their_name()
    {
        await using var server = EmbeddedMemcached.Start();
        var metrics = new List<Metric>();
        using var host = Build(server.Address, metrics, []);
        await host.StartAsync();
        var system = Akka.Actor.ActorSystem.Create("two", $"actor-cache.instances.orders.servers = [\"{server.Address}\"]");
        var first = host.Services.GetRequiredService<IActorCache>();
        var second = ActorCacheExtension.For(system).Get("orders");
        await first.GetAsync<string>("key").Soon();
        await second.GetAsync<string>("key").Soon();
        await second.GetAsync<string>("key").Soon();
        host.Services.GetRequiredService<MeterProvider>().ForceFlush();
        Assert.Equal(["default 1", "orders 2"], metrics.Where(metric => metric.Name == "actorcache.requests").SelectMany(Points)
            .Select(point => $"{Tag(point, "actorcache.cache")} {point.GetSumLong()}").Order());
        Assert.Equal(["default 1", "orders 2"], metrics.Where(metric => metric.Name == "db.client.operation.duration").SelectMany(Points)
            .Select(point => $"{Tag(point, "actorcache.cache")} {point.GetHistogramCount()}").Order());
        Assert.Equal(["default", "orders"], metrics.Where(metric => metric.Name == "actorcache.servers.up").SelectMany(Points).Select(point => Tag(point, "actorcache.cache")).Order());
        await system.Terminate().Soon();
        await host.StopAsync();
    }

    private static IHost Build(string server, List<Metric> metrics, List<Activity> spans)
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddActorCache($"{server};connect_timeout=5s;read_timeout=5s;operation_timeout=20s");
        builder.Services.AddOpenTelemetry()
            .WithMetrics(metering => metering.AddActorCacheInstrumentation().AddInMemoryExporter(metrics))
            .WithTracing(tracing => tracing.AddActorCacheInstrumentation().AddInMemoryExporter(spans));
        return builder.Build();
    }

    private static List<MetricPoint> Points(Metric metric)
    {
        var points = new List<MetricPoint>();
        foreach (ref readonly var point in metric.GetMetricPoints()) points.Add(point);
        return points;
    }

    private static Dictionary<string, object?> Tags(MetricPoint point)
    {
        var tags = new Dictionary<string, object?>();
        foreach (var tag in point.Tags) tags.Add(tag.Key, tag.Value);
        return tags;
    }

    private static string? Tag(MetricPoint point, string name) => Tags(point).GetValueOrDefault(name)?.ToString();

    private static List<double> BoundsOf(MetricPoint point)
    {
        var bounds = new List<double>();
        foreach (var bucket in point.GetHistogramBuckets()) bounds.Add(bucket.ExplicitBound);
        return bounds;
    }
}
