using ActorCache;
using Microsoft.Extensions.Options;

namespace KeyedCaches;

/// <summary>Keeps a session in one cache and an order in the other, says what went where, loses a server, and ends.</summary>
public class Shop(
    [FromKeyedServices("sessions")] IActorCache sessions, [FromKeyedServices("orders")] IActorCache orders, IOptionsMonitor<ActorCacheOptions> options,
    EmbeddedServers embedded, IHostApplicationLifetime host) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        foreach (var cache in new[] { sessions, orders }) Console.WriteLine($"{cache.Name}: {options.Get(cache.Name)}");

        var session = await sessions.SetAsync("ada", "logged in", TimeSpan.FromMinutes(20), stoppingToken);
        var order = await orders.SetAsync("1", "tea, bread", TimeSpan.FromHours(1), stoppingToken);
        Console.WriteLine($"sessions: ada is {session.Outcome} at {session.Server}");
        Console.WriteLine($"orders: 1 is {order.Outcome} at {order.Server}");
        Console.WriteLine($"orders: ada is a {(await orders.GetAsync<string>("ada", stoppingToken)).Outcome}, sessions: 1 is a {(await sessions.GetAsync<string>("1", stoppingToken)).Outcome}");

        if (embedded.Find("orders") is { } server)
        {
            Console.WriteLine($"---- {server.Address}, the only server of orders, is killed");
            var watch = orders.Monitor.WatchAsync(stoppingToken);
            server.Kill();
            await foreach (var happened in watch)
            {
                if (happened is ServerEvent.NoServerAlive) break;
            }
            Console.WriteLine($"orders: 1 is {(await orders.GetAsync<string>("1", stoppingToken)).Outcome}");
            Console.WriteLine($"sessions: ada is a {(await sessions.GetAsync<string>("ada", stoppingToken)).Outcome}");
        }
        host.StopApplication();
    }
}
