using System.Diagnostics.Metrics;

namespace ActorCache.Tests;

/// <summary>The journal's numbers, as whoever listens to the meter reads them.</summary>
public class JournalMetricsTests
{
    // The meter is the whole process's: caches of other tests report there too.
    private const string Cache = "only-of-the-metrics-test";

    [Fact]
    public void What_is_noted_is_counted_for_the_owner_of_the_keys()
    {
        var pool = new Pool(new ActorCacheOptions { JournalMaxKeys = 2 }, connected: true, "a", "b");
        using var metrics = new JournalMetrics(Cache, pool.Routes, pool.Journal);
        var seen = new Dictionary<string, long>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, reader) =>
        {
            if (instrument.Meter.Name == "ActorCache") reader.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
        {
            if ((string?)tags[0].Value == Cache) seen[$"{instrument.Name} {tags[1].Value}"] = value;
        });
        listener.Start();

        pool.Lose("a");
        var key = pool.KeyOf("a", "b");
        pool.Journal.Writing(System.Text.Encoding.UTF8.GetBytes(key), pool.Table.Find("b:11211")!.Id);
        listener.RecordObservableInstruments();
        Assert.Equal(1, seen["actorcache.journal.keys a:11211"]);
        Assert.Equal(0, seen["actorcache.journal.keys b:11211"]);
        Assert.True(seen["actorcache.journal.size a:11211"] > key.Length);

        metrics.Overflowed("a:11211");
        Assert.Equal(1, seen["actorcache.journal.overflows a:11211"]);
    }
}
