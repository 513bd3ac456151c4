using System.Diagnostics.Metrics;

namespace ActorCache;

/// <summary>
/// The journal in numbers, on the meter <c>ActorCache</c>: <c>actorcache.journal.keys</c> and <c>actorcache.journal.size</c> (bytes) for every
/// server's keys, and <c>actorcache.journal.overflows</c>, how often a server's journal could not hold them.
/// </summary>
internal sealed class JournalMetrics : IDisposable
{
    private readonly Meter _meter = new("ActorCache");
    private readonly Counter<long> _overflows;
    private readonly string _cache;

    public JournalMetrics(string cache, CurrentRoutes routes, Journal journal)
    {
        _cache = cache;
        _meter.CreateObservableGauge("actorcache.journal.keys", () => Observe(page => (long)page.Keys), "{key}", "Keys noted in the journal, by the server that owns them.");
        _meter.CreateObservableGauge("actorcache.journal.size", () => Observe(page => page.Bytes), "By", "Memory that the journal's notes take, by the server that owns the keys.");
        _overflows = _meter.CreateCounter<long>("actorcache.journal.overflows", "{overflow}", "How often a server's journal could hold no more keys.");

        IEnumerable<Measurement<long>> Observe(Func<JournalPage, long> read) =>
            (routes.TableOrNull?.Servers ?? []).Select(server => new Measurement<long>(read(journal.PageOf(server.Id)), Of(cache, server.Name)));
    }

    public void Overflowed(string server) => _overflows.Add(1, Of(_cache, server));

    public void Dispose() => _meter.Dispose();

    private static KeyValuePair<string, object?>[] Of(string cache, string server) => [new("actorcache.cache", cache), new("actorcache.server", server)];
}
