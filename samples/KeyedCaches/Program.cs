// Two caches in one host: each with servers and settings of its own in appsettings.json, and injected by its name. The outage of one is nothing
// to the other.

using ActorCache;
using ActorCache.EmbeddedServer;
using KeyedCaches;

var builder = Host.CreateApplicationBuilder(args);

// Your servers: in appsettings.json, or ConnectionStrings__orders=cache-1:11211 in the environment. A cache without any gets one inside this process.
var embedded = new EmbeddedServers();
foreach (var name in (string[])["sessions", "orders"])
{
    if (string.IsNullOrEmpty(builder.Configuration.GetConnectionString(name))) builder.Configuration[$"ConnectionStrings:{name}"] = embedded.Start(name);
}

builder.Services.AddKeyedActorCache("sessions").AddKeyedActorCache("orders");
builder.Services.AddSingleton(embedded).AddHostedService<Shop>();

builder.Build().Run();
