using ActorCache.TestServers;
using Akka.Actor;
using Akka.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace ActorCache.EndToEnd.Tests.AskDoor;

/// <summary>An application with an actor system of its own that serializes every message, and a cache over three servers inside it.</summary>
internal sealed class App : IAsyncDisposable
{
    private readonly IHost _host;

    private App(IHost host, IReadOnlyList<ICacheServer> servers)
    {
        (_host, Servers) = (host, servers);
        System = host.Services.GetRequiredService<ActorSystem>();
        Gateway = host.Services.GetRequiredService<IRequiredActor<ActorCacheGateway>>().ActorRef;
        Cache = ActorCacheExtension.For(System).Get();
        Log = new EventLog(Cache.Monitor);
    }

    public ActorSystem System { get; }

    public IActorRef Gateway { get; }

    public IReadOnlyList<ICacheServer> Servers { get; }

    /// <summary>The same cache by its other door.</summary>
    public IActorCache Cache { get; }

    public EventLog Log { get; }

    public static async Task<App> StartAsync(ServerKind kind)
    {
        ICacheServer[] servers = [CacheServer.Start(kind), CacheServer.Start(kind), CacheServer.Start(kind)];
        var addresses = string.Join(",", servers.Select(server => server.Address));
        var host = Hosts.Build(services => services.AddAkka("app", akka => akka
            .AddHocon("akka.actor.serialize-messages = on", HoconAddMode.Prepend)
            .WithActorCache($"{addresses}{Hosts.Patient};retry_delay=20ms;max_retry_delay=100ms")));
        await host.StartAsync();
        var app = new App(host, servers);
        await app.Log.UntilAllServe();
        return app;
    }

    /// <summary>Asks the gateway.</summary>
    public Task<T> Ask<T>(object request) => Gateway.Ask<T>(request, Patience.Limit);

    /// <summary>The first keys that belong to a server.</summary>
    public IReadOnlyList<string> KeysOf(ICacheServer owner, int count) =>
        [.. Enumerable.Range(0, int.MaxValue).Select(n => $"key:{n}").Where(key => Cache.Monitor.Explain(key).Owner == owner.Address).Take(count)];

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
        foreach (var server in Servers) server.Dispose();
    }
}
