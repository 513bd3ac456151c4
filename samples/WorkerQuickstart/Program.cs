using ActorCache;
using ActorCache.EmbeddedServer;
using WorkerQuickstart;

var builder = Host.CreateApplicationBuilder(args);

// Your servers: in appsettings.json, or as an argument: --ConnectionStrings:cache=cache-1:11211,cache-2:11211
var servers = builder.Configuration.GetConnectionString("cache");

// None configured? Then one lives in this process, so that the sample runs as it is.
using var embedded = string.IsNullOrEmpty(servers) ? EmbeddedMemcached.Start() : null;

builder.Services.AddActorCache(embedded?.Address ?? servers!);
builder.Services.AddHostedService<Worker>();

builder.Build().Run();
