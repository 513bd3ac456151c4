using System.Text;
using ActorCache.Placement;
using ActorCache.Transport;
using Microsoft.Extensions.Time.Testing;

namespace ActorCache.Tests;

/// <summary>
/// A cache without actors: the facade over a route table that the test changes as the router would, fold, publish, open. Every server
/// has a fake connection, and the clock stands still until the test moves it.
/// </summary>
internal sealed class Pool
{
    public const string Name = "test";
    private readonly Dictionary<string, FakeConnection> _connections = [];

    /// <summary>A pool whose servers (<c>a</c>, <c>b</c> and so on, port 11211) are all up.</summary>
    public Pool(params string[] servers) : this(connected: true, servers) { }

    public Pool(bool connected, params string[] servers) : this(new ActorCacheOptions(), connected, servers) { }

    public Pool(ActorCacheOptions options, bool connected, params string[] servers)
    {
        Telemetry = new CacheTelemetry(Name, Time, Meters);
        Transitions = new RouteTransitions(Name, options, Find(options), () => new WaitingRoom(new ConnectionOptions(), Time), Telemetry.Of);
        Journal = new Journal(options.JournalMaxKeys, options.JournalMaxBytes, options.StandInTtl, Time, Journal.ScopeOf(options.OnRejoin, Find(options).Ownership));
        Routes = new CurrentRoutes(Name, Transitions.First(new Topology(servers.Select(ServerAddress.Parse)), Now), Journal);
        Dispatcher = new Dispatcher(Routes, Journal, Time, options) { Telemetry = Telemetry };
        Telemetry.Observe(Routes, Journal);
        Client = new ActorCacheClient(Name, Dispatcher, new ActorCacheMonitor(Name, Routes, Journal, Feed, Dispatcher.Keys));
        if (!connected) return;
        foreach (var server in Routes.Table.Servers) Up(server.Name);
    }

    public static TimeSpan Budget { get; } = TimeSpan.FromSeconds(2);

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2030, 1, 2, 3, 4, 5, TimeSpan.Zero));

    public Moment Now => Moment.Of(Time);

    /// <summary>Whose meter the cache measures with.</summary>
    public TestMeters Meters { get; } = new();

    public CacheTelemetry Telemetry { get; }

    public Journal Journal { get; }

    public Dispatcher Dispatcher { get; }

    public RouteTransitions Transitions { get; }

    public CurrentRoutes Routes { get; }

    public ServerEventFeed Feed { get; } = new();

    public IActorCache Client { get; }

    public RouteTable Table => Routes.Table;

    /// <summary>The connection of a server, by its host.</summary>
    public FakeConnection this[string host] => _connections[Full(host)];

    public IEnumerable<FakeConnection> Connections => _connections.Values;

    public FakeConnection Up(string host, int? itemSizeMax = null)
    {
        var connection = new FakeConnection(Full(host));
        _connections[Full(host)] = connection;
        Apply(Transitions.On(Table, new ConnectionReport.ServerUp(Full(host), connection, ItemSizeMax: itemSizeMax), Now));
        return connection;
    }

    public void Lose(string host) => Apply(Transitions.On(Table,
        new ConnectionReport.ServerDown(Full(host), this[host], new ConnectionClosed(CloseReason.Lost, "gone")), Now));

    /// <summary>A server has been seen at work long enough after it was reconnected.</summary>
    public void Settle(string host) => Apply(Transitions.Settled(Table, Full(host), this[host]));

    public void FailAttempt(string host) => Apply(Transitions.On(Table,
        new ConnectionReport.AttemptFailed(Full(host), new ConnectionClosed(CloseReason.Unreachable, "refused")), Now));

    /// <summary>Other servers; those that join are connected.</summary>
    public void SetTopology(params string[] hosts)
    {
        var topology = new Topology(hosts.Select(ServerAddress.Parse));
        var joined = Table.Ring.Topology.ChangeTo(topology).Added.ToDictionary(server => server.Name, server => new ConnectionReport.ServerUp(server.Name, new FakeConnection(server.Name)));
        foreach (var (name, up) in joined) _connections[name] = (FakeConnection)up.Connection;
        Apply(Transitions.SetTopology(Table, topology, joined, Now));
    }

    public void Apply(RouteChange change)
    {
        var before = Table;
        foreach (var server in change.Emptied) Journal.Flushed(Journal.BeforeFlush(server));
        foreach (var server in change.Spoiled) Journal.Spoil(server);
        Routes.Publish(change.Table);
        foreach (var server in before.Servers)
        {
            if (change.Table.Find(server.Name) is not { HasEntrance: true } after || after.Entrance != server.Entrance) server.Entrance.Open();
        }
    }

    /// <summary>A key that these servers would serve in this order: the owner, then its stand-ins.</summary>
    public string KeyOf(params string[] hosts)
    {
        for (var i = 0; ; i++)
        {
            var key = $"key-{i}";
            if (Order(key).Take(hosts.Length).SequenceEqual(hosts.Select(Full))) return key;
        }
    }

    /// <summary>The servers of a key on the full ring, the owner first.</summary>
    public List<string> Order(string key)
    {
        var names = new List<string>();
        foreach (var index in Table.Ring.Successors(Place(key))) names.Add(Table.Servers[index].Name);
        return names;
    }

    public KeyPlace Place(string key) => Table.Place(Encoding.UTF8.GetBytes(key));

    private static Distribution Find(ActorCacheOptions options) =>
        Distribution.TryFind(options.Distribution, out var distribution) ? distribution : throw new ArgumentException(options.Distribution);

    private static string Full(string host) => host.Contains(':', StringComparison.Ordinal) ? host : $"{host}:11211";
}
