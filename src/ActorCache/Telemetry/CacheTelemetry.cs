using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using ActorCache.Placement;

namespace ActorCache;

/// <summary>
/// One cache's telemetry: what its servers' figures are, and whether anybody wants a call measured. Counts are kept here and read when somebody
/// collects; only a call's duration is handed out as it ends. Listeners are others' code: one that throws loses its measurement, and no call.
/// </summary>
internal sealed class CacheTelemetry : IDisposable
{
    private static readonly ActivitySource Spans = new(ActorCacheTelemetry.ActivitySourceName, ActorCacheTelemetry.Version);
    private readonly ConcurrentDictionary<string, ServerFigures> _servers = new(StringComparer.Ordinal);
    private readonly CacheInstruments _instruments;
    private readonly KeyValuePair<string, object?>[]?[] _spanTags = new KeyValuePair<string, object?>[]?[2 * CallKinds.Count];
    private readonly TimeProvider _time;
    private readonly double _secondsPerStamp;
    private readonly string _cache;
    private readonly long[] _ringChanges = new long[Enum.GetValues<RingChange>().Length];

    /// <param name="cache">The cache's name.</param>
    /// <param name="time">The clock of its calls.</param>
    /// <param name="meters">Whose meter it is, where a service provider has one; else its own.</param>
    public CacheTelemetry(string cache, TimeProvider time, IMeterFactory? meters = null)
    {
        (_cache, _time, _secondsPerStamp) = (cache, time, 1d / time.TimestampFrequency);
        Nobody = new ServerFigures(cache, address: null);
        _instruments = new CacheInstruments(this, meters);
    }

    /// <summary>Where calls are counted that no server was asked.</summary>
    public ServerFigures Nobody { get; }

    /// <summary>Every server there is and was, and nobody.</summary>
    public IEnumerable<ServerFigures> All => _servers.Select(one => one.Value).Append(Nobody);

    /// <summary>Somebody wants calls measured. All that a call pays for when nobody does.</summary>
    public bool IsListenedTo => _instruments.IsListenedTo || Spans.HasListeners();

    /// <summary>A server's figures, the same for as long as the cache lives.</summary>
    public ServerFigures Of(ServerAddress server) => _servers.GetOrAdd(server.Name, static (_, made) => new ServerFigures(made.cache, made.server), (cache: _cache, server));

    /// <summary>As above, by a result's server.</summary>
    public ServerFigures Of(string? server) => server is not null && _servers.TryGetValue(server, out var figures) ? figures : Nobody;

    /// <summary>What is read when somebody collects.</summary>
    public void Observe(CurrentRoutes routes, Journal journal) => _instruments.Observe(routes, journal);

    /// <summary>How often the ring changed so.</summary>
    public long RingChanges(RingChange change) => Volatile.Read(ref _ringChanges[(int)change]);

    /// <summary>Counts what was announced.</summary>
    public void On(ServerEvent happened)
    {
        switch (happened)
        {
            case ServerEvent.Suspected: Of(happened.Server).Lost(); break;
            case ServerEvent.JournalOverflowed: Of(happened.Server).Overflowed(); break;
            case ServerEvent.Ejected:
                Of(happened.Server).FailedOver();
                Changed(RingChange.Ejected);
                break;
            case ServerEvent.Reinstated: Changed(RingChange.Reinstated); break;
            case ServerEvent.TopologyChanged: Changed(RingChange.Topology); break;
        }
    }

    /// <summary>A call begins, or has a moment ago.</summary>
    /// <param name="kind">What it is.</param>
    /// <param name="started">When, in the clock's time stamps.</param>
    /// <param name="size">How many keys it is for, at once.</param>
    /// <returns>What it is to be ended by; nothing when nobody listens.</returns>
    public MeasuredCall Begin(CallKind kind, long started, int size = 1) =>
        IsListenedTo ? new MeasuredCall(this, kind, started, size, Spans.HasListeners() ? StartSpan(kind, size) : null) : default;

    public long Now => _time.GetTimestamp();

    /// <summary>A creator's span: what the creator does is inside it, where the caller's own context goes on. Null when nobody listens.</summary>
    public static Activity? StartCreation(CacheTelemetry? telemetry)
    {
        try
        {
            var span = Spans.StartActivity(TelemetryNames.Creation);
            if (telemetry is not null) span?.SetTag(TelemetryNames.Cache, telemetry._cache);
            return span;
        }
        catch (Exception)
        {
            return null; // The listener's.
        }
    }

    /// <summary>Ends a span, on whatever thread. It is an error if the call, or the creation, failed.</summary>
    public static void End(Activity span, CallEnd end)
    {
        if (end.IsFailure())
        {
            span.SetTag(TelemetryNames.Error, end.Name());
            span.SetStatus(ActivityStatusCode.Error);
        }
        using var context = new RestoredContext();
        try
        {
            span.Stop();
        }
        catch (Exception)
        {
            // The listener's.
        }
    }

    public void Record(OperationFigures figures, CallEnd end, bool isBatch, long started)
    {
        if (!_instruments.Duration.Enabled) return;
        try
        {
            _instruments.Duration.Record((_time.GetTimestamp() - started) * _secondsPerStamp, figures.DurationTags(end, isBatch));
        }
        catch (Exception)
        {
            // The listener's.
        }
    }

    public void Dispose() => _instruments.Dispose();

    private void Changed(RingChange change) => Interlocked.Increment(ref _ringChanges[(int)change]);

    // Ended on another thread, it must not stay behind as what is current on the caller's: the context is put back as it was.
    private Activity? StartSpan(CallKind kind, int size)
    {
        var isBatch = size > 1;
        var tags = _spanTags[(int)kind + (isBatch ? CallKinds.Count : 0)] ??=
            [new(TelemetryNames.System, TelemetryNames.Memcached), new(TelemetryNames.Operation, kind.Name(isBatch)), new(TelemetryNames.Cache, _cache)];
        using var context = new RestoredContext();
        try
        {
            var span = Spans.StartActivity(kind.Name(isBatch), ActivityKind.Client, parentContext: default, tags);
            if (isBatch) span?.SetTag(TelemetryNames.BatchSize, size);
            return span;
        }
        catch (Exception)
        {
            return null; // The listener's, or its sampler's.
        }
    }
}
