using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using ActorCache.Placement;
using ActorCache.Transport;
using Akka.Actor;
using Microsoft.Extensions.Logging;

namespace ActorCache;

/// <summary>
/// One cache's parts, put together: what the actors and the facade share. It answers calls from its construction on; its actors follow
/// as soon as their system has started them.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "A cancelled source without a timer holds nothing to dispose of.")]
internal sealed class CacheRuntime
{
    // A bug that the chaos program plants, to prove that it would notice it: a server that returns is trusted with what it holds.
    private static readonly bool RejoinWithoutGate = AppContext.GetData("ActorCache.Sabotage") as string == "rejoin-without-gate";
    private readonly TaskCompletionSource<IActorRef> _gateway = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _ended = new();
    private readonly Lazy<Task> _shutdown;
    private ActorCacheOptions _reloaded;

    /// <summary>Puts a cache together of options that are valid.</summary>
    public CacheRuntime(string name, ActorCacheOptions options, TimeProvider time, ILogger log, IConnector? connector = null, IServerDiscovery? discovery = null)
    {
        Name = name;
        Options = _reloaded = options;
        Time = time;
        Log = log;

        var connection = new ConnectionOptions
        {
            Dialect = options.Dialect,
            ConnectTimeout = options.ConnectTimeout,
            ReadTimeout = options.ReadTimeout,
            IdleProbe = options.IdleProbe,
            MaxInFlight = options.MaxInFlight,
            MaxValueBytes = options.MaxValueBytes,
        };
        if (!Distribution.TryFind(options.Distribution, out var distribution))
            throw new ArgumentException($"Distribution \"{options.Distribution}\" is not known.", nameof(options));
        Transitions = new RouteTransitions(name, options, distribution, () => new WaitingRoom(connection, time));
        Journal = new Journal(options.JournalMaxKeys, options.JournalMaxBytes, options.StandInTtl, time, RejoinWithoutGate ? JournalScope.Nothing : Journal.ScopeOf(options.OnRejoin, distribution.Ownership));
        Discovery = discovery ?? options.Discovery switch
        {
            ActorCache.Discovery.Dns => new DnsDiscovery(time),
            ActorCache.Discovery.ElastiCache => new ElastiCacheDiscovery(Inquiry(connection, time)),
            _ => null,
        };
        var named = new Topology(options.Servers.Select(ServerAddress.Parse));
        Routes = new CurrentRoutes(name, Discovery is null ? Transitions.First(named, Moment.Of(time)) : Transitions.Sought(named, Moment.Of(time)), Journal);
        Connector = connector ?? new SocketConnector(connection, time);
        Dispatcher = new Dispatcher(Routes, Journal, time, options);
        Metrics = new JournalMetrics(name, Routes, Journal);
        Feed = new ServerEventFeed();
        Client = new ActorCacheClient(name, Dispatcher, new ActorCacheMonitor(name, Routes, Journal, Feed, Dispatcher.Keys));
        _shutdown = new Lazy<Task>(ShutDownOnceAsync);
    }

    public string Name { get; }

    public ActorCacheOptions Options { get; }

    public TimeProvider Time { get; }

    public ILogger Log { get; }

    public RouteTransitions Transitions { get; }

    public CurrentRoutes Routes { get; }

    /// <summary>Which keys are displaced.</summary>
    public Journal Journal { get; }

    public Dispatcher Dispatcher { get; }

    public JournalMetrics Metrics { get; }

    public IConnector Connector { get; }

    /// <summary>How servers are found; null when they are those that the options name.</summary>
    public IServerDiscovery? Discovery { get; }

    public ServerEventFeed Feed { get; }

    public IActorCache Client { get; }

    /// <summary>The Ask door, once its actor is there.</summary>
    public Task<IActorRef> Gateway => _gateway.Task;

    /// <summary>Cancelled when the shutdown is over: whatever is still open then has nobody else to close it.</summary>
    public CancellationToken Ended => _ended.Token;

    /// <summary>Calls are over, for good.</summary>
    public bool IsShutDown => Routes.TableOrNull is null;

    /// <summary>The guardian has its children.</summary>
    public void Started(IActorRef gateway) => _gateway.TrySetResult(gateway);

    /// <summary>Takes over what can change while it runs, the servers; says so of what cannot. Options that are not valid never come here.</summary>
    public async Task ReloadAsync(ActorCacheOptions options)
    {
        var changed = OptionKey.All.Where(key => key.Write(options) != key.Write(Volatile.Read(ref _reloaded))).Select(key => key.Name).ToList();
        Volatile.Write(ref _reloaded, options);
        var others = changed.Where(name => name != nameof(options.Servers)).ToList();
        if (others.Count > 0) Log.NeedsRestart(Name, string.Join(", ", others));
        if (others.Count == changed.Count || IsShutDown) return;
        try
        {
            var gateway = await Gateway.ConfigureAwait(false);
            // The router answers when those who join have been dialled.
            var reply = await gateway.Ask<ControlReply>(new ControlProtocol.SetTopology([.. options.Servers]), 4 * Options.ConnectTimeout + Options.DrainTimeout).ConfigureAwait(false);
            if (reply is ControlReply.Refused refused) Log.ReloadFailed(Name, refused.Why);
        }
        catch (AskTimeoutException e)
        {
            Log.ReloadFailed(Name, e.Message);
        }
    }

    /// <summary>No more calls; those in flight are answered, then the sockets close and the actors stop. The same task every time.</summary>
    public Task ShutDownAsync() => _shutdown.Value;

    private async Task ShutDownOnceAsync()
    {
        var last = Routes.Close();
        foreach (var server in last?.Servers ?? []) server.Entrance.Open();
        await Task.WhenAll((last?.Servers ?? []).Select(server => server.Live?.DrainAsync(Options.DrainTimeout) ?? Task.CompletedTask)).ConfigureAwait(false);
        Feed.Complete();
        Metrics.Dispose();

        // Gateway and guardian share a life; a cache that never came to have actors, or whose system is gone, has none to stop.
        if (_gateway.Task is { IsCompletedSuccessfully: true, Result: IInternalActorRef { Parent: { } guardian, Provider.TerminationTask.IsCompleted: false } })
            await StopAsync(guardian).ConfigureAwait(false);
        await _ended.CancelAsync().ConfigureAwait(false);
    }

    // End points are kept, so that of a name's addresses those that have disappointed come last.
    private static Func<ServerAddress, CancellationToken, Task<Protocol.ClusterConfiguration>> Inquiry(ConnectionOptions options, TimeProvider time)
    {
        var endPoints = new ConcurrentDictionary<string, ServerEndPoint>(StringComparer.Ordinal);
        return (server, ct) => ClusterInquiry.AskAsync(endPoints.GetOrAdd(server.Name, static (_, server) => ServerEndPoint.Tcp(server.Host, server.Port), server), options, time, ct);
    }

    private async Task StopAsync(IActorRef guardian)
    {
        try
        {
            // Akka goes on where it was called from: on a thread of the pool, or a caller who blocks its own thread waits for itself.
            await Task.Run(() => guardian.GracefulStop(Options.DrainTimeout)).ConfigureAwait(false);
        }
        catch (TaskCanceledException)
        {
            // Its system is shutting down with it.
        }
    }
}
