using System.Text;
using ActorCache.Placement;
using ActorCache.Transport;
using CsCheck;

namespace ActorCache.Tests;

/// <summary>After any sequence of reports, sweeps and an operator's words, in any order and at any pace, the table is consistent.</summary>
public class RouteTransitionsPropertyTests
{
    private static readonly ConnectionClosed End = new(CloseReason.Lost, "gone");
    private static readonly string[] Hosts = ["a", "b", "c", "d", "e"];
    private static readonly byte[][] Keys = [.. Enumerable.Range(0, 40).Select(i => Encoding.UTF8.GetBytes($"user:{i}"))];

    private static readonly Gen<(int What, int Server, int Connection)[]> Scripts =
        Gen.Select(Gen.Int[0, 9], Gen.Int[0, Hosts.Length], Gen.Int[0, 2]).Array[0, 40];

    private static readonly Gen<ActorCacheOptions> Rules = Gen.Select(
        Gen.Enum<Failback>(), Gen.Enum<OnRejoin>(), Gen.Enum<WhileSuspect>(), Gen.Int[0, 2],
        (failback, onRejoin, whileSuspect, seconds) => new ActorCacheOptions
        {
            ServerMaxRetry = 2, Failback = failback, OnRejoin = onRejoin, WhileSuspect = whileSuspect,
            HoldDown = TimeSpan.FromSeconds(seconds), RampUp = TimeSpan.FromSeconds(2 * seconds),
        });

    [Fact]
    public void Any_sequence_of_reports_leaves_a_consistent_table() => Gen.Select(Rules, Scripts).Sample((options, script) =>
    {
        var transitions = new RouteTransitions("t", options, Distribution.Ketama, () => new WaitingRoom(new ConnectionOptions(), TimeProvider.System));
        var table = transitions.First(TopologyOf(0b00111), default);
        var connected = new Dictionary<string, IServerConnection?>();
        var now = new Moment(DateTimeOffset.UnixEpoch, TimeSpan.FromHours(1));
        foreach (var (what, index, number) in script)
        {
            now = new Moment(now.Utc.AddMilliseconds(200 * number), now.Elapsed + TimeSpan.FromMilliseconds(200 * number));
            var name = $"{(index < Hosts.Length ? Hosts[index] : "unknown")}:11211";
            var change = Step(transitions, table, what, name, number, connected, now);
            Check(table, change, connected, options);
            table = change.Table;
        }
    }, iter: 2_000);

    private static RouteChange Step(RouteTransitions transitions, RouteTable table, int what, string name, int number,
        Dictionary<string, IServerConnection?> connected, Moment now)
    {
        var server = table.Find(name);
        switch (what)
        {
            case 0:
                var connection = new FakeConnection(name);
                if (server is not null) connected[name] = connection;
                var identity = number == 0 ? (ServerIdentity?)null : new ServerIdentity(number, TimeSpan.FromSeconds(number));
                return transitions.On(table, new ConnectionReport.ServerUp(name, connection, identity), now);
            case 1 when server?.Live is { } live:
                connected[name] = null;
                return transitions.On(table, new ConnectionReport.ServerDown(name, live, End), now);
            case 2: // a late word
                return transitions.On(table, new ConnectionReport.ServerDown(name, new FakeConnection(name), End), now);
            case 3:
                connected[name] = null;
                return transitions.On(table, new ConnectionReport.AttemptFailed(name, End), now);
            case 4 when server is not null:
                return transitions.Eject(table, server, now);
            case 5 when server is not null:
                return transitions.Reinstate(table, server, now);
            case 6:
                var topology = TopologyOf(1 + (number * 11 + name.Length + name[0]) % 31);
                foreach (var gone in connected.Keys.Where(known => topology.IndexOf(known) < 0).ToList()) connected.Remove(gone);
                var joined = topology.Servers.Where(one => number == 1 && table.Find(one.Name) is null)
                    .ToDictionary(one => one.Name, one => new ConnectionReport.ServerUp(one.Name, new FakeConnection(one.Name)));
                foreach (var up in joined.Values) connected[up.Server] = up.Connection;
                return transitions.SetTopology(table, topology, joined, now);
            case 7 when server?.Live is { } swept:
                return transitions.Swept(table, name, swept, now);
            case 8: // swept over a connection that is no more
                return transitions.Swept(table, name, new FakeConnection(name), now);
            case 9:
                now = new Moment(now.Utc.AddSeconds(number), now.Elapsed + TimeSpan.FromSeconds(number));
                return transitions.Review(table, now);
            default:
                return RouteChange.None(table);
        }
    }

    private static void Check(RouteTable before, RouteChange change, Dictionary<string, IServerConnection?> connected, ActorCacheOptions options)
    {
        var table = change.Table;

        // Versions rise when anything changes, and nothing is announced that no table says.
        if (table == before) Assert.Empty(change.Events);
        else Assert.True(table.Version > before.Version);
        Assert.All(change.Events, happened => Assert.InRange(happened.TableVersion, before.Version + 1, table.Version));

        foreach (var server in table.Servers)
        {
            Assert.Same(connected.GetValueOrDefault(server.Name), server.Live);
            var waits = options.WhileSuspect == WhileSuspect.Wait && server.Health.State == ServerState.Suspect;
            Assert.Equal(server.Health.IsServing || waits, server.IsServing);
            Assert.Equal(table.Living.Contains(table.Ring.Topology.IndexOf(server.Name)), server.IsServing);
            if (server.Health.State == ServerState.Up) Assert.Same(server.Live, server.Connection);
            else if (server.IsServing) Assert.Same(server.Entrance, server.Connection);
            else Assert.Same(DisconnectedConnection.Instance, server.Connection);
            // While nobody else serves, nobody waits at the gate; and what waits there or returns is looked at again.
            if (server.Health.State == ServerState.Quarantined) Assert.True(table.NeedsReview && !table.Living.IsEmpty && server.Live is not null);
            Assert.InRange(server.Share, 0.1, 1);
            if (server.Share < 1) Assert.True(table.NeedsReview && !table.IsWhole);
            Announced(before.Find(server.Name), server, change);
        }
        Assert.Equal(table.Living.IsEmpty && !before.Living.IsEmpty, change.Events.Any(happened => happened is ServerEvent.NoServerAlive));

        foreach (var key in Keys)
        {
            var place = table.Place(key);
            var owner = table.Owner(place);
            var serving = table.For(place);
            Assert.Same(FirstServing(table, place), serving);
            // On the same ring only the keys of servers that do not serve in full, or did not, are moved.
            if (before.Ring == table.Ring && before.Owner(place) is { IsServing: true, Share: 1 } && owner is { IsServing: true, Share: 1 })
                Assert.Equal(before.For(place)!.Name, serving!.Name);
        }
    }

    private static void Announced(ServerRoute? before, ServerRoute now, RouteChange change)
    {
        // Whether a server off the ring waits at the gate or is gone again is nobody's news, unless an operator says so.
        Type? happened = (before?.Health.State, now.Health.State) switch
        {
            var (was, state) when was == state => null,
            (null, not ServerState.Up) => null,
            (ServerState.Down or ServerState.Quarantined, ServerState.Up) => typeof(ServerEvent.Reinstated),
            (_, ServerState.Up) => typeof(ServerEvent.Up),
            (_, ServerState.Suspect) => typeof(ServerEvent.Suspected),
            (_, ServerState.Quarantined) => null,
            (ServerState.Quarantined, ServerState.Down) when !now.Health.Held => null,
            _ => typeof(ServerEvent.Ejected),
        };
        Assert.Equal(happened is null ? [] : [happened], change.Events.Where(one => one.Server == now.Name).Select(one => one.GetType()));
    }

    // The first who serves and has the key back; when none has it back, the first who serves.
    private static ServerRoute? FirstServing(RouteTable table, KeyPlace place)
    {
        ServerRoute? first = null;
        foreach (var index in table.Ring.Successors(place))
        {
            var server = table.Servers[index];
            if (!server.IsServing) continue;
            if (server.Takes(place.Hash)) return server;
            first ??= server;
        }
        return first;
    }

    private static Topology TopologyOf(int set) =>
        new(Hosts.Where((_, i) => (set >> i & 1) != 0).Select(ServerAddress.Parse));
}
