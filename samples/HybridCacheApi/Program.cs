// HybridCache over a pool of memcached servers that may die at any time: products are read through it and removed by tag, health says how many
// servers are out, OpenTelemetry what it all takes. See README.md for what to try.

using ActorCache;
using ActorCache.Caching;
using ActorCache.EmbeddedServer;
using HybridCacheApi;
using Microsoft.Extensions.Caching.Hybrid;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

var builder = WebApplication.CreateBuilder(args);
var servers = builder.Configuration["servers"];

// None given? Then three live in this process.
EmbeddedMemcached[] embedded = servers is null ? [EmbeddedMemcached.Start(), EmbeddedMemcached.Start(), EmbeddedMemcached.Start()] : [];
servers ??= string.Join(',', embedded.Select(server => server.Address));

builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning).AddFilter("Microsoft.Extensions.Caching.Hybrid", LogLevel.Error);
builder.Services.AddActorCache($"{servers};read_timeout=250ms;max_retry_delay=1s");
builder.Services.AddActorCacheDistributedCache(options => options.KeyPrefix = "shop:");
builder.Services.AddHybridCache(options => options.DefaultEntryOptions = new HybridCacheEntryOptions
{
    Expiration = TimeSpan.FromMinutes(10),
    // Not in this process's memory too, as one would have it otherwise: here every read shall show what memcached, or the lack of it, comes to.
    Flags = HybridCacheEntryFlags.DisableLocalCache,
});
builder.Services.AddHealthChecks().AddActorCache();
builder.Services.AddSingleton<ProductTable>();

var telemetry = builder.Services.AddOpenTelemetry().WithMetrics(metrics => metrics.AddActorCacheInstrumentation().AddConsoleExporter(
    (_, reader) => reader.PeriodicExportingMetricReaderOptions.ExportIntervalMilliseconds = 60_000)); // and once more at the end
// A line a call is much to read: --traces true.
if (builder.Configuration.GetValue<bool>("traces")) telemetry.WithTracing(traces => traces.AddActorCacheInstrumentation().AddConsoleExporter());

var app = builder.Build();
app.MapHealthChecks("/health");

app.MapGet("/products/{id:int}", (int id, HybridCache cache, ProductTable table, CancellationToken gone) =>
    cache.GetOrCreateAsync($"product:{id}", (id, table), static (wanted, gone) => wanted.table.LoadAsync(wanted.id, gone), tags: [$"product:{id}", "products"], cancellationToken: gone));

app.MapPost("/products/{id:int}", async (int id, int price, HybridCache cache, ProductTable table, CancellationToken gone) =>
{
    var product = table.SetPrice(id, price);
    try
    {
        await cache.RemoveByTagAsync($"product:{id}", gone);
        return Results.Ok(product);
    }
    catch (CacheUnavailableException e)
    {
        // The price is changed. Whoever changed it must not believe that everybody sees that.
        return Results.Problem($"The price is changed, but the old one may still be shown: {e.Message}", statusCode: StatusCodes.Status503ServiceUnavailable);
    }
});

await app.RunAsync();
foreach (var server in embedded) await server.DisposeAsync();
