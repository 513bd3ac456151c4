// An application that has an actor system already: the cache lives in it, once, whichever door it is reached by. And a job that has a host of its
// own borrows the same system for a while: when its cache ends, the system and everybody else in it go on.

using ActorCache;
using ActorCache.EmbeddedServer;
using Akka.Actor;
using Akka.Hosting;
using ExistingActorSystem;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

await using var server = EmbeddedMemcached.Start();
await using var jobServer = EmbeddedMemcached.Start();

var builder = Host.CreateApplicationBuilder(args);
builder.Logging.SetMinimumLevel(LogLevel.Warning);
builder.Configuration["ConnectionStrings:ActorCache"] ??= server.Address;
builder.Services.AddActorCache(); // for services: IActorCache
builder.Services.AddAkka("shop", akka => akka
    .ConfigureLoggers(loggers =>
    {
        loggers.ClearLoggers();
        loggers.AddLoggerFactory();
    })
    .AddHoconFile(Path.Combine(AppContext.BaseDirectory, "shop.conf"), HoconAddMode.Prepend)
    .WithActorCache() // for actors: the gateway of the same cache
    .WithActors((system, actors, resolver) => actors.Register<PriceActor>(system.ActorOf(resolver.Props<PriceActor>(), "prices"))));

using var host = builder.Build();
await host.StartAsync();
var system = host.Services.GetRequiredService<ActorSystem>();
var prices = host.Services.GetRequiredService<ActorRegistry>().Get<PriceActor>();
Console.WriteLine($"options: {host.Services.GetRequiredService<IOptions<ActorCacheOptions>>().Value}");

// An actor fills the cache, a service reads it: one cache.
await Ask("tea");
var fromService = await Until(() => host.Services.GetRequiredService<IActorCache>().GetAsync<string>("tea"), read => read.IsHit);
Console.WriteLine($"a service reads: tea costs {fromService.Value}");
await Ask("tea");
Console.WriteLine($"caches: {await CachesIn(system)}; connections to its server: {server.ConnectionCount}");

// The job, in a host of its own, in the same actor system.
var job = Host.CreateApplicationBuilder(args);
job.Logging.SetMinimumLevel(LogLevel.Warning);
job.Services.AddSingleton(system).AddKeyedActorCache("job", jobServer.Address);
using (var jobHost = job.Build())
{
    await jobHost.StartAsync();
    var done = await jobHost.Services.GetRequiredKeyedService<IActorCache>("job").SetAsync("progress", 100);
    Console.WriteLine($"the job: {done.Outcome} at {done.Server}; caches: {await CachesIn(system)}");
    await jobHost.StopAsync();
}
Console.WriteLine($"the job's host has stopped; caches: {await CachesIn(system)}; the actor system {(system.WhenTerminated.IsCompleted ? "is gone" : "runs on")}");
var last = await Ask("tea");

await host.StopAsync();
Console.WriteLine($"the application has stopped; the actor system {(system.WhenTerminated.IsCompleted ? "is gone" : "runs on")}");
return last.From.StartsWith("the cache", StringComparison.Ordinal) && system.WhenTerminated.IsCompleted ? 0 : 1;

async Task<PriceActor.Price> Ask(string thing)
{
    var price = await prices.Ask<PriceActor.Price>(new PriceActor.PriceOf(thing), TimeSpan.FromSeconds(5));
    Console.WriteLine($"an actor asks: {thing} costs {price.Amount}, by {price.From}");
    return price;
}

// The actors themselves say which caches there are.
static async Task<string> CachesIn(ActorSystem system)
{
    var there = new List<string>();
    foreach (var name in (string[])[ActorCacheExtension.DefaultName, "job"])
    {
        var found = await system.ActorSelection($"/system/actor-cache/{name}").Ask<ActorIdentity>(new Identify(name), TimeSpan.FromSeconds(3));
        if (found.Subject is not null) there.Add(name);
    }
    return string.Join(", ", there);
}

static async Task<T> Until<T>(Func<ValueTask<T>> ask, Func<T, bool> isAsExpected)
{
    while (true)
    {
        var answer = await ask();
        if (isAsExpected(answer)) return answer;
        await Task.Delay(20);
    }
}
