using System.Globalization;
using ActorCache;
using ActorCache.Caching;
using ActorCache.EmbeddedServer;
using Microsoft.AspNetCore.OutputCaching;

// Pages that are rendered once for the whole pool, and evicted by tag. Servers of your own: --servers cache-1:11211,cache-2:11211
//
//   dotnet run --project samples/OutputCacheApi --urls http://127.0.0.1:5080
//   curl http://127.0.0.1:5080/products/7           (rendered; the second time it is not)
//   curl -X POST http://127.0.0.1:5080/evict/products
var builder = WebApplication.CreateSlimBuilder(args);
var servers = builder.Configuration["servers"];

// None given? Then two live in this process.
EmbeddedMemcached[] embedded = servers is null ? [EmbeddedMemcached.Start(), EmbeddedMemcached.Start()] : [];
servers ??= string.Join(',', embedded.Select(server => server.Address));

builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
builder.Services.AddActorCache($"{servers};read_timeout=250ms");
builder.Services.AddActorCacheOutputCache();
builder.Services.AddOutputCache();

var app = builder.Build();
app.UseOutputCache();

var rendered = 0;
app.MapGet("/products/{id:int}", (int id) =>
    {
        var page = $"product {id}, rendering {Interlocked.Increment(ref rendered)}\n";
        Console.Write($"rendered {page}");
        return page;
    })
    .CacheOutput(policy => policy.Expire(TimeSpan.FromMinutes(10)).Tag("products"));

app.MapPost("/evict/{tag}", async (string tag, IOutputCacheStore pages, CancellationToken gone) =>
{
    try
    {
        await pages.EvictByTagAsync(tag, gone);
        Console.WriteLine($"evicted {tag}");
        return Results.Text($"evicted {tag}\n");
    }
    catch (CacheUnavailableException e)
    {
        // Whoever asked must not believe that it has happened.
        Console.WriteLine($"not evicted {tag}: {e.Outcome}");
        return Results.Problem(e.Message, statusCode: StatusCodes.Status503ServiceUnavailable);
    }
});

app.MapGet("/servers", (IActorCacheMonitor monitor) =>
    string.Concat(monitor.Current.Servers.Select(server => string.Create(CultureInfo.InvariantCulture, $"{server.Name}: {server.State}\n"))));

await app.RunAsync();
foreach (var server in embedded) await server.DisposeAsync();
