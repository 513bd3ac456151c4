// The cache inside the application's own actor system: one actor asks it, another hears what happens to the servers, and in between the
// server that owns the key is killed.

using ActorCache;
using ActorCache.EmbeddedServer;
using Akka.Actor;
using Akka.Hosting;
using AskFromAnActor;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

const string Key = "basket:ada";

EmbeddedMemcached[] servers = [EmbeddedMemcached.Start(), EmbeddedMemcached.Start(), EmbeddedMemcached.Start()];

var builder = Host.CreateApplicationBuilder(args);
// What the cache logs, the listener prints.
builder.Logging.SetMinimumLevel(LogLevel.Warning).AddFilter("ActorCache", LogLevel.None);
builder.Services.AddAkka("shop", akka => akka
    .ConfigureLoggers(loggers =>
    {
        loggers.ClearLoggers();
        loggers.AddLoggerFactory();
    })
    .WithActorCache(options =>
    {
        options.Servers = [.. servers.Select(server => server.Address)];
        options.MaxRetryDelay = TimeSpan.FromMilliseconds(500);
    })
    .WithActors((system, actors, resolver) =>
    {
        system.ActorOf(resolver.Props<ServerListener>(), "listener");
        actors.Register<BasketActor>(system.ActorOf(resolver.Props<BasketActor>(Key), "basket"));
    }));

using var host = builder.Build();
await host.StartAsync();

var basket = host.Services.GetRequiredService<ActorRegistry>().Get<BasketActor>();
var monitor = ActorCacheExtension.For(host.Services.GetRequiredService<ActorSystem>()).Get().Monitor;
var owner = servers.Single(server => server.Address == monitor.Explain(Key).Owner);

await Task.Delay(1500);
Console.WriteLine($"---- {owner.Address}, which owns {Key}, is killed");
owner.Kill();
await Task.Delay(1500);
Console.WriteLine($"---- {owner.Address} is started again, empty");
owner.Restart();
await Task.Delay(2000);

var count = await basket.Ask<BasketActor.Count>(new BasketActor.Finish(), TimeSpan.FromSeconds(5));
Console.WriteLine($"{count.Asked} asked, {count.Answered} answered, {count.ByStandIn} of them by the stand-in.");

await host.StopAsync();
foreach (var server in servers) await server.DisposeAsync();
return count.Answered == count.Asked && count.ByStandIn > 0 ? 0 : 1;
