using Akka.Actor;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace ActorCache.Tests;

/// <summary>A whole cache in an actor system, over connections of the test's: everything is real but the sockets.</summary>
internal sealed class RunningCache
{
    private RunningCache(CacheRuntime runtime, FakeConnector connector) => (Runtime, Connector) = (runtime, connector);

    public CacheRuntime Runtime { get; }

    public FakeConnector Connector { get; }

    /// <summary>The first connection of every server, by its name.</summary>
    public Dictionary<string, FakeConnection> Connections { get; } = [];

    /// <summary>A cache over comma-separated servers, all of them up.</summary>
    public static async Task<RunningCache> StartAsync(ActorSystem system, string servers, string name = ActorCacheExtension.DefaultName)
    {
        var cache = Start(system, servers, name);
        for (var i = servers.Split(',').Length; i > 0; i--)
        {
            var connection = (await cache.Connector.NextAsync()).Accept();
            cache.Connections.Add(connection.Server, connection);
        }
        await cache.UntilAsync(table => table.Servers.All(server => server.Live is not null));
        return cache;
    }

    /// <summary>A cache whose dials are still to be answered.</summary>
    public static RunningCache Start(ActorSystem system, string servers, string name = ActorCacheExtension.DefaultName, IServerDiscovery? discovery = null)
    {
        var connector = new FakeConnector();
        var options = new ActorCacheOptions { RetryDelay = TimeSpan.FromMilliseconds(1) };
        OptionSources.ReadConnectionString(options, servers);
        return new RunningCache(
            ActorCacheExtension.For(system).GetOrStart(name, () => options, NullLoggerFactory.Instance, TimeProvider.System, connector, discovery), connector);
    }

    /// <summary>Waits until the table says so; it is looked at after every message that the router has done with.</summary>
    public async Task UntilAsync(Func<RouteTable, bool> says)
    {
        using var patience = new CancellationTokenSource(Patience.Limit);
        var gateway = await Runtime.Gateway.Soon();
        while (Runtime.Routes.TableOrNull is { } table && !says(table))
        {
            patience.Token.ThrowIfCancellationRequested();
            await gateway.Ask<ControlReply>(new ControlProtocol.GetStatus()).Soon();
        }
    }
}
