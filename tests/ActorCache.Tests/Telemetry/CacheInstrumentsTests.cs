using System.Diagnostics.Metrics;
using System.Text;
using System.Text.RegularExpressions;
using ActorCache.Transport;

namespace ActorCache.Tests;

/// <summary>The instruments that are observed: what stands in the route table and the journal, and what has happened to servers.</summary>
public sealed class CacheInstrumentsTests : IDisposable
{
    private readonly Pool _pool = new(new ActorCacheOptions { JournalMaxKeys = 2 }, connected: true, "a", "b");
    private readonly Measurements _measured;

    public CacheInstrumentsTests() => _measured = new Measurements(_pool.Meters);

    [Fact]
    public void The_page_lists_every_instrument_with_its_kind_and_unit()
    {
        var listed = Regex.Matches(File.ReadAllText(Path.Combine(Repository.Root, "src", "ActorCache", "Telemetry", "README.md")), @"^\| `((?:actorcache|db)\.[a-z._]+)` \| ([a-z]+) \| `([^`]+)` \|", RegexOptions.Multiline)
            .Select(row => $"{row.Groups[1]} {row.Groups[2]} {row.Groups[3]}").Order(StringComparer.Ordinal);
        Assert.Equal(_measured.Instruments.Select(instrument => $"{instrument.Name} {Kind(instrument)} {instrument.Unit}").Order(StringComparer.Ordinal), listed);
        Assert.All(_measured.Instruments, instrument => Assert.EndsWith(".", instrument.Description, StringComparison.Ordinal));
        Assert.All(_measured.Instruments, instrument => Assert.Equal(("ActorCache", "0.1.0"), (instrument.Meter.Name, instrument.Meter.Version)));
    }

    [Fact]
    public void A_server_is_in_one_state_at_a_time()
    {
        _pool.Lose("a");
        var states = _measured.Of("actorcache.server.state");
        Assert.Equal(["connecting", "down", "quarantined", "suspect", "up"], states.Select(one => (string)one.Tags["actorcache.server.state"]!).Distinct().Order());
        Assert.Equal(["a suspect", "b up"], states.Where(one => one.Value == 1).Select(one => $"{one.Tags["server.address"]} {one.Tags["actorcache.server.state"]}").Order());
        Assert.Equal(2, _measured.Sum("actorcache.servers.configured"));
        Assert.Equal(1, _measured.Sum("actorcache.servers.up"));
    }

    [Fact]
    public void What_is_noted_in_the_journal_is_counted_for_the_owner_of_the_keys()
    {
        _pool.Lose("a");
        var key = _pool.KeyOf("a", "b");
        _pool.Journal.Writing(Encoding.UTF8.GetBytes(key), _pool.Table.Find("b:11211")!.Id);
        Assert.Equal(1, _measured.Sum("actorcache.journal.keys", ("server.address", "a")));
        Assert.Equal(0, _measured.Sum("actorcache.journal.keys", ("server.address", "b")));
        Assert.True(_measured.Sum("actorcache.journal.size", ("server.address", "a")) > key.Length);
    }

    [Fact]
    public void What_was_announced_is_counted()
    {
        var at = DateTimeOffset.UnixEpoch;
        ServerEvent[] announced =
        [
            new ServerEvent.Up("test", "a:11211", at, 1), new ServerEvent.Suspected("test", "a:11211", at, 2, "gone"), new ServerEvent.Ejected("test", "a:11211", at, 3, "gone"),
            new ServerEvent.NoServerAlive("test", at, 3), new ServerEvent.Reinstated("test", "a:11211", at, 4), new ServerEvent.JournalOverflowed("test", "b:11211", at, 5),
            new ServerEvent.KeptOut("test", "b:11211", at, 6, "it refuses"), new ServerEvent.TopologyChanged("test", at, 7, [], [], []),
        ];
        foreach (var happened in announced) _pool.Telemetry.On(happened);
        Assert.Equal(1, _measured.Sum("actorcache.server.losses", ("server.address", "a")));
        Assert.Equal(1, _measured.Sum("actorcache.server.losses"));
        Assert.Equal(1, _measured.Sum("actorcache.server.failovers", ("server.address", "a")));
        Assert.Equal(1, _measured.Sum("actorcache.journal.overflows", ("server.address", "b")));
        Assert.Equal(["ejected 1", "reinstated 1", "topology 1"], _measured.Of("actorcache.ring.changes").Select(one => $"{one.Tags["actorcache.ring.change"]} {one.Value}"));
    }

    [Fact]
    public async Task Dials_are_counted_by_how_they_went()
    {
        var connector = new FakeConnector();
        var counted = new CountedConnector(connector, _pool.Telemetry);
        var server = _pool.Table.Servers[0].Address;
        var good = counted.ConnectAsync(server, default);
        (await connector.NextAsync()).Accept();
        await good.Soon();
        var bad = counted.ConnectAsync(server, default);
        (await connector.NextAsync()).Refuse(CloseReason.ConnectTimeout);
        await Assert.ThrowsAsync<ConnectException>(() => bad.Soon());
        Assert.Equal(["1 ", "1 connect_timeout"], _measured.Of("actorcache.server.connects").Where(one => (string?)one.Tags["server.address"] == "a")
            .Select(one => $"{one.Value} {one.Tags.GetValueOrDefault("error.type")}"));
    }

    [Fact]
    public void A_server_that_leaves_and_comes_again_goes_on_counting()
    {
        _pool.Telemetry.On(new ServerEvent.Suspected("test", "b:11211", default, 2, "gone"));
        _pool.SetTopology("a");
        Assert.Equal(1, _measured.Sum("actorcache.server.losses", ("server.address", "b")));
        Assert.Equal(1, _measured.Sum("actorcache.servers.configured"));
        _pool.SetTopology("a", "b");
        _pool.Table.Find("b:11211")!.Figures.Lost();
        Assert.Equal(2, _measured.Sum("actorcache.server.losses", ("server.address", "b")));
    }

    [Fact]
    public void After_a_shutdown_there_are_no_servers_and_the_counts_stand()
    {
        _pool.Telemetry.On(new ServerEvent.Suspected("test", "a:11211", default, 2, "gone"));
        _pool.Routes.Close();
        Assert.Empty(_measured.Of("actorcache.server.state"));
        Assert.Empty(_measured.Of("actorcache.servers.up"));
        Assert.Equal(1, _measured.Sum("actorcache.server.losses"));
    }

    [Fact]
    public void Without_a_factory_the_meter_is_the_caches_own_and_ends_with_it()
    {
        var ended = new List<string>();
        using var listener = new MeterListener();
        var cache = $"own-meter-{Guid.NewGuid()}";
        var telemetry = new CacheTelemetry(cache, TimeProvider.System);
        var told = new List<Instrument>();
        listener.InstrumentPublished = (instrument, reader) =>
        {
            if (instrument.Meter is { Name: "ActorCache", Scope: null }) reader.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((instrument, _, tags, _) =>
        {
            if (tags.ToArray().Any(tag => (string?)tag.Value == cache)) told.Add(instrument);
        });
        listener.MeasurementsCompleted = (instrument, _) => ended.Add(instrument.Name);
        listener.Start();
        listener.RecordObservableInstruments();
        Assert.Contains(told, instrument => instrument.Name == "actorcache.ring.changes");
        var meter = told[0].Meter;
        telemetry.Dispose();
        Assert.Contains("actorcache.ring.changes", ended);
        told.Clear();
        listener.RecordObservableInstruments();
        Assert.Empty(told);
        Assert.Equal("ActorCache", meter.Name);
    }

    public void Dispose() => _measured.Dispose();

    private static string Kind(Instrument instrument) =>
        Regex.Replace(instrument.GetType().Name, "^Observable|`1$", "").ToLowerInvariant();
}
