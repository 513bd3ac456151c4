using System.Diagnostics.Metrics;
using System.Text.Json;
using ActorCache.Placement;
using ActorCache.Transport;

namespace ActorCache;

/// <summary>
/// The instruments of one cache on the meter <see cref="ActorCacheTelemetry.MeterName"/>. All but the duration are observed: they read what is
/// counted in any case, or stands in the route table, and cost a call nothing.
/// </summary>
internal sealed class CacheInstruments : IDisposable
{
    // The conventions' begin at a millisecond, and a memcached on the same network answers in a tenth of one.
    private static readonly InstrumentAdvice<double> Buckets = new()
    {
        HistogramBucketBoundaries = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    };

    private static readonly (CloseReason Reason, KeyValuePair<string, object?> Tag)[] ConnectFailures =
        [.. Enum.GetValues<CloseReason>().Select(reason => (reason, new KeyValuePair<string, object?>(TelemetryNames.Error, Snake(reason.ToString()))))];

    private readonly CacheTelemetry _telemetry;
    private readonly Meter _meter;
    private readonly bool _isOurs;
    private readonly ObservableCounter<long> _requests;

    public CacheInstruments(CacheTelemetry telemetry, IMeterFactory? meters)
    {
        _telemetry = telemetry;
        var options = new MeterOptions(ActorCacheTelemetry.MeterName) { Version = ActorCacheTelemetry.Version };
        (_isOurs, _meter) = (meters is null, meters?.Create(options) ?? new Meter(options));
        Duration = _meter.CreateHistogram("db.client.operation.duration", "s", "Duration of database client operations.", tags: null, Buckets);
        _requests = _meter.CreateObservableCounter("actorcache.requests", Requests, "{request}", "Calls that have ended, one a key, by how they ended.");
        Counter("actorcache.reroutes", "{reroute}", "Attempts that went on to another server, by the one that left them without an answer.", server => server.Reroutes);
        Counter("actorcache.server.losses", "{loss}", "How often a server was lost, and others served its keys at once.", server => server.Losses);
        Counter("actorcache.server.failovers", "{failover}", "How often a server was ejected from the ring.", server => server.Failovers);
        Counter("actorcache.journal.overflows", "{overflow}", "How often a server's journal could hold no more keys.", server => server.Overflows);
        _meter.CreateObservableCounter("actorcache.server.connects", Connects, "{connect}", "Dials that have ended. All of a server's but its first are reconnects.");
        _meter.CreateObservableCounter("actorcache.server.io", Traffic, "By", "Bytes of requests transmitted and of replies received.");
        _meter.CreateObservableCounter("actorcache.ring.changes", RingChanges, "{change}", "How often the ring changed, and why.");
    }

    public Histogram<double> Duration { get; }

    public bool IsListenedTo => Duration.Enabled || _requests.Enabled;

    public void Observe(CurrentRoutes routes, Journal journal)
    {
        _meter.CreateObservableUpDownCounter("actorcache.servers.configured", () => Count(_ => true), "{server}", "Servers in the topology.");
        _meter.CreateObservableUpDownCounter("actorcache.servers.up", () => Count(server => server.Health.State == ServerState.Up), "{server}", "Servers that are up.");
        _meter.CreateObservableGauge("actorcache.server.state", States, "1", "1 for the state that a server is in, 0 for the others.");
        _meter.CreateObservableUpDownCounter("actorcache.server.in_flight", () => Each(server => (server.Live as PipelinedConnection)?.InFlight ?? 0), "{request}", "Requests sent and not yet answered.");
        _meter.CreateObservableGauge("actorcache.journal.keys", () => Each(server => journal.PageOf(server.Id).Keys), "{key}", "Keys noted in the journal, by the server that owns them.");
        _meter.CreateObservableGauge("actorcache.journal.size", () => Each(server => journal.PageOf(server.Id).Bytes), "By", "Memory that the journal's notes take, by the server that owns the keys.");

        // After a shutdown there are no servers.
        IEnumerable<Measurement<long>> Each(Func<ServerRoute, long> read) =>
            (routes.TableOrNull?.Servers ?? []).Select(server => new Measurement<long>(read(server), server.Figures.Tags));

        IEnumerable<Measurement<long>> Count(Func<ServerRoute, bool> which) =>
            routes.TableOrNull is { } table ? [new Measurement<long>(table.Servers.Count(which), _telemetry.Nobody.Tags)] : [];

        IEnumerable<Measurement<long>> States() =>
            from server in routes.TableOrNull?.Servers ?? []
            from state in Enum.GetValues<ServerState>()
            where state != ServerState.Removed // It is in no table.
            select new Measurement<long>(server.Health.State == state ? 1 : 0, [.. server.Figures.Tags, new(TelemetryNames.State, Snake(state.ToString()))]);
    }

    // A factory's meter is the factory's, and other caches'.
    public void Dispose()
    {
        if (_isOurs) _meter.Dispose();
    }

    private void Counter(string name, string unit, string description, Func<ServerFigures, long> read) => _meter.CreateObservableCounter(
        name, () => Servers().Select(server => new Measurement<long>(read(server), server.Tags)), unit, description);

    private IEnumerable<ServerFigures> Servers() => _telemetry.All.Where(server => server.Address is not null);

    private IEnumerable<Measurement<long>> Requests() =>
        from server in _telemetry.All
        from kind in Enum.GetValues<CallKind>()
        let figures = server.OrNull(kind)
        where figures is not null
        from end in Enum.GetValues<CallEnd>()
        let count = figures.Counted(end)
        where count > 0
        select new Measurement<long>(count, figures.RequestTags(end));

    private IEnumerable<Measurement<long>> Connects() =>
        from server in Servers()
        from measured in ConnectFailures.Select(failure => new Measurement<long>(server.FailedConnects(failure.Reason), [.. server.Tags, failure.Tag]))
            .Where(failed => failed.Value > 0).Prepend(new Measurement<long>(server.Connects, server.Tags))
        select measured;

    private IEnumerable<Measurement<long>> Traffic()
    {
        foreach (var server in Servers())
        {
            var (sent, received) = server.Traffic;
            yield return new Measurement<long>(sent, [.. server.Tags, new(TelemetryNames.Direction, "transmit")]);
            yield return new Measurement<long>(received, [.. server.Tags, new(TelemetryNames.Direction, "receive")]);
        }
    }

    private IEnumerable<Measurement<long>> RingChanges() => Enum.GetValues<RingChange>().Select(change =>
        new Measurement<long>(_telemetry.RingChanges(change), [.. _telemetry.Nobody.Tags, new(TelemetryNames.RingChange, Snake(change.ToString()))]));

    private static string Snake(string name) => JsonNamingPolicy.SnakeCaseLower.ConvertName(name);
}
