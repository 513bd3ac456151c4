using System.Text;
using ActorCache.Placement;
using ActorCache.Transport;
using CsCheck;

namespace ActorCache.Tests;

/// <summary>After any sequence of reports and an operator's words, in any order, the table is consistent.</summary>
public class RouteTransitionsPropertyTests
{
    private static readonly ConnectionClosed End = new(CloseReason.Lost, "gone");
    private static readonly string[] Hosts = ["a", "b", "c", "d", "e"];
    private static readonly byte[][] Keys = [.. Enumerable.Range(0, 40).Select(i => Encoding.UTF8.GetBytes($"user:{i}"))];

    private static readonly Gen<(int What, int Server, int Connection)[]> Scripts =
        Gen.Select(Gen.Int[0, 6], Gen.Int[0, Hosts.Length], Gen.Int[0, 2]).Array[0, 40];

    [Fact]
    public void Any_sequence_of_reports_leaves_a_consistent_table() => Scripts.Sample(script =>
    {
        var transitions = new RouteTransitions("t", new ActorCacheOptions { ServerMaxRetry = 2 }, Distribution.Ketama, () => new WaitingRoom(new ConnectionOptions(), TimeProvider.System));
        var table = transitions.First(TopologyOf(0b00111), default);
        var connected = new Dictionary<string, IServerConnection?>();
        foreach (var (what, index, number) in script)
        {
            var name = $"{(index < Hosts.Length ? Hosts[index] : "unknown")}:11211";
            var change = Step(transitions, table, what, name, number, connected);
            Check(table, change, connected);
            table = change.Table;
        }
    }, iter: 2_000);

    private static RouteChange Step(RouteTransitions transitions, RouteTable table, int what, string name, int number,
        Dictionary<string, IServerConnection?> connected)
    {
        var server = table.Find(name);
        switch (what)
        {
            case 0:
                var connection = new FakeConnection(name);
                if (server is not null) connected[name] = connection;
                return transitions.On(table, new ConnectionReport.ServerUp(name, connection), default);
            case 1 when server?.Live is { } live:
                connected[name] = null;
                return transitions.On(table, new ConnectionReport.ServerDown(name, live, End), default);
            case 2: // a late word
                return transitions.On(table, new ConnectionReport.ServerDown(name, new FakeConnection(name), End), default);
            case 3:
                connected[name] = null;
                return transitions.On(table, new ConnectionReport.AttemptFailed(name, End), default);
            case 4 when server is not null:
                return transitions.Eject(table, server, default);
            case 5 when server is not null:
                return transitions.Reinstate(table, server, default);
            case 6:
                var topology = TopologyOf(1 + (number * 11 + name.Length + name[0]) % 31);
                foreach (var gone in connected.Keys.Where(known => topology.IndexOf(known) < 0).ToList()) connected.Remove(gone);
                return transitions.SetTopology(table, topology, new Dictionary<string, ConnectionReport.ServerUp>(), default);
            default:
                return RouteChange.None(table);
        }
    }

    private static void Check(RouteTable before, RouteChange change, Dictionary<string, IServerConnection?> connected)
    {
        var table = change.Table;

        // Versions rise when anything changes, and nothing is announced that no table says.
        if (table == before) Assert.Empty(change.Events);
        else Assert.True(table.Version > before.Version);
        Assert.All(change.Events, happened => Assert.InRange(happened.TableVersion, before.Version + 1, table.Version));

        foreach (var server in table.Servers)
        {
            Assert.Same(connected.GetValueOrDefault(server.Name), server.Live);
            Assert.Equal(table.Living.Contains(table.Ring.Topology.IndexOf(server.Name)), server.Health.IsServing);
            if (server.Health.State == ServerState.Up) Assert.Same(server.Live, server.Connection);
            Assert.NotEqual(ServerState.Quarantined, server.Health.State);
            Announced(before.Find(server.Name), server, change);
        }
        Assert.Equal(table.Living.IsEmpty && !before.Living.IsEmpty, change.Events.Any(happened => happened is ServerEvent.NoServerAlive));

        foreach (var key in Keys)
        {
            var hash = table.Hash(key);
            var owner = table.Owner(hash);
            var serving = table.For(hash);
            if (owner.Health.IsServing) Assert.Same(owner, serving);
            else Assert.Same(FirstServing(table, hash), serving);
            // On the same ring only the keys of servers that do not serve, or did not, are moved.
            if (before.Ring == table.Ring && before.Owner(hash).Health.IsServing && owner.Health.IsServing)
                Assert.Equal(before.For(hash)!.Name, serving!.Name);
        }
    }

    private static void Announced(ServerRoute? before, ServerRoute now, RouteChange change)
    {
        var events = change.Events.Where(happened => happened.Server == now.Name).ToList();
        if (before is null || before.Health.State == now.Health.State)
        {
            Assert.Empty(events);
            return;
        }
        var happened = Assert.Single(events);
        Assert.Equal(now.Health.State switch
        {
            ServerState.Up => before.Health.State == ServerState.Down ? typeof(ServerEvent.Reinstated) : typeof(ServerEvent.Up),
            ServerState.Suspect => typeof(ServerEvent.Suspected),
            _ => typeof(ServerEvent.Ejected),
        }, happened.GetType());
    }

    private static ServerRoute? FirstServing(RouteTable table, uint hash)
    {
        foreach (var index in table.Ring.Successors(hash))
        {
            if (table.Servers[index].Health.IsServing) return table.Servers[index];
        }
        return null;
    }

    private static Topology TopologyOf(int set) =>
        new(Hosts.Where((_, i) => (set >> i & 1) != 0).Select(ServerAddress.Parse));
}
