using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Diagnostics.Metrics;
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
    /// <summary>Which options a reloaded configuration changes at once.</summary>
    public static readonly IReadOnlyList<string> Reloadable =
    [
        nameof(ActorCacheOptions.Servers), nameof(ActorCacheOptions.ConnectTimeout), nameof(ActorCacheOptions.ReadTimeout), nameof(ActorCacheOptions.OperationTimeout),
        .. CredentialSource.Names,
    ];

    // A bug that the chaos program plants, to prove that it would notice it: a server that returns is trusted with what it holds.
    private static readonly bool RejoinWithoutGate = AppContext.GetData("ActorCache.Sabotage") as string == "rejoin-without-gate";
    private readonly TaskCompletionSource<IActorRef> _gateway = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _ended = new();
    private readonly Lazy<Task> _shutdown;
    private readonly Lock _reloading = new();
    private readonly List<IDisposable> _heldOn = [];
    private readonly CredentialSource _credentials;
    private ActorCacheOptions _reloaded;
    private string? _refused; // why the last reload was, if it was
    private bool _isEnding;

    /// <summary>Puts a cache together of options that are valid.</summary>
    public CacheRuntime(string name, ActorCacheOptions options, TimeProvider time, ILogger log, IConnector? connector = null,
        IServerDiscovery? discovery = null, IMeterFactory? meters = null)
    {
        Name = name;
        Options = _reloaded = options;
        _credentials = new CredentialSource(options);
        Time = time;
        Log = log;

        Timeouts = new Timeouts { Connect = options.ConnectTimeout, Read = options.ReadTimeout };
        var connection = new ConnectionOptions
        {
            Dialect = options.Dialect,
            AllowCleartextPassword = options.AllowCleartextPassword,
            Tls = TlsOf(options),
            Timeouts = Timeouts,
            IdleProbe = options.IdleProbe,
            MaxInFlight = options.MaxInFlight,
            MaxValueBytes = options.MaxValueBytes,
        };
        if (!Distribution.TryFind(options.Distribution, out var distribution))
            throw new ArgumentException($"Distribution \"{options.Distribution}\" is not known.", nameof(options));
        Telemetry = new CacheTelemetry(name, time, meters);
        Transitions = new RouteTransitions(name, options, distribution, () => new WaitingRoom(connection, time), Telemetry.Of);
        Journal = new Journal(options.JournalMaxKeys, options.JournalMaxBytes, options.StandInTtl, time, RejoinWithoutGate ? JournalScope.Nothing : Journal.ScopeOf(options.OnRejoin, distribution.Ownership));
        Discovery = discovery ?? options.Discovery switch
        {
            ActorCache.Discovery.Dns => new DnsDiscovery(time),
            ActorCache.Discovery.ElastiCache => new ElastiCacheDiscovery(Inquiry(connection, time)),
            _ => null,
        };
        var named = new Topology(options.Servers.Select(ServerAddress.Parse));
        Routes = new CurrentRoutes(name, Discovery is null ? Transitions.First(named, Moment.Of(time)) : Transitions.Sought(named, Moment.Of(time)), Journal);
        Connector = new CountedConnector(connector ?? new SocketConnector(connection, time, _credentials), Telemetry);
        Dispatcher = new Dispatcher(Routes, Journal, time, options) { Telemetry = Telemetry };
        Telemetry.Observe(Routes, Journal);
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

    public CacheTelemetry Telemetry { get; }

    public IConnector Connector { get; }

    /// <summary>What its connections wait, now.</summary>
    public Timeouts Timeouts { get; }

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

    /// <summary>Keeps this for as long as calls are answered, and disposes of it then.</summary>
    public void DisposeAtShutdown(IDisposable end)
    {
        lock (_reloading)
        {
            if (!_isEnding)
            {
                _heldOn.Add(end);
                return;
            }
        }
        end.Dispose();
    }

    /// <summary>
    /// Reads the options anew and takes over what can change while it runs, the servers, the timeouts and the credentials; says so of what cannot. Options that cannot be
    /// read or are not valid change nothing.
    /// </summary>
    public void Reload(Func<ActorCacheOptions> read)
    {
        lock (_reloading)
        {
            if (_isEnding) return;
            ActorCacheOptions options;
            try
            {
                options = read();
            }
            catch (Exception e)
            {
                // One change may be announced by several who look at the same configuration.
                if (_refused != e.Message) Log.ReloadRefused(Name, e.Message);
                _refused = e.Message;
                return;
            }
            _refused = null;

            var changed = OptionKey.All.Where(key => key.Write(options) != key.Write(_reloaded)).Select(key => key.Name).ToList();
            _reloaded = options;
            if (changed.Except(Reloadable).ToList() is { Count: > 0 } others) Log.NeedsRestart(Name, string.Join(", ", others), string.Join(", ", Reloadable));
            if (changed.Intersect(Reloadable).Except([nameof(options.Servers)]).ToList() is { Count: > 0 } followed)
            {
                (Timeouts.Connect, Timeouts.Read, Dispatcher.OperationTimeout) = (options.ConnectTimeout, options.ReadTimeout, options.OperationTimeout);
                Log.OptionsReloaded(Name, string.Join(", ", followed.Select(OptionKey.Find).Select(key => $"{key!.Name} {(key.IsSecret ? "***" : key.Write(options))}")));
            }
            if (changed.Intersect(CredentialSource.Names).Any())
            {
                _credentials.Use(options);
                // Who was refused with the old ones need not wait.
                if (_gateway.Task.IsCompletedSuccessfully) _gateway.Task.Result.Tell(DialNow.One);
            }
            if (changed.Contains(nameof(options.Servers))) _ = SetServersAsync([.. options.Servers]);
        }
    }

    private static TlsOptions? TlsOf(ActorCacheOptions options)
    {
        return options.Tls
            ? new TlsOptions
            {
                ServerName = OrNull(options.TlsServerName),
                CaFile = OrNull(options.TlsCaFile),
                CertificateFile = OrNull(options.TlsCertificateFile),
                KeyFile = OrNull(options.TlsKeyFile),
                Configure = options.ConfigureTls,
            }
            : null;

        static string? OrNull(string? text) => string.IsNullOrEmpty(text) ? null : text;
    }

    /// <summary>No more calls; those in flight are answered, then the sockets close and the actors stop. The same task every time.</summary>
    public Task ShutDownAsync() => _shutdown.Value;

    private async Task SetServersAsync(IReadOnlyList<string> servers)
    {
        try
        {
            var gateway = await Gateway.WaitAsync(_ended.Token).ConfigureAwait(false);
            // The router answers when those who join have been dialled.
            var reply = await gateway.Ask<ControlReply>(new ControlProtocol.SetTopology(servers), 4 * Timeouts.Connect + Options.DrainTimeout).ConfigureAwait(false);
            if (reply is ControlReply.Refused refused) Log.ReloadFailed(Name, refused.Why);
        }
        catch (AskTimeoutException e)
        {
            if (!IsShutDown) Log.ReloadFailed(Name, e.Message);
        }
        catch (OperationCanceledException)
        {
            // It has ended meanwhile.
        }
    }

    private async Task ShutDownOnceAsync()
    {
        List<IDisposable> heldOn;
        lock (_reloading)
        {
            _isEnding = true;
            heldOn = [.. _heldOn];
        }
        foreach (var one in heldOn) one.Dispose();
        var last = Routes.Close();
        foreach (var server in last?.Servers ?? []) server.Entrance.Open();
        await Task.WhenAll((last?.Servers ?? []).Select(server => server.Live?.DrainAsync(Options.DrainTimeout) ?? Task.CompletedTask)).ConfigureAwait(false);
        Feed.Complete();
        Telemetry.Dispose();

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
