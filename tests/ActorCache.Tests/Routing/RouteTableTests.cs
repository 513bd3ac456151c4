using ActorCache.Placement;

namespace ActorCache.Tests;

/// <summary>Who serves which key, in one table.</summary>
public class RouteTableTests
{
    private readonly Pool _pool = new("a", "b", "c", "d");

    [Fact]
    public void The_owner_serves_while_it_lives()
    {
        foreach (var key in Keys())
        {
            Assert.Equal(_pool.Order(key)[0], _pool.Table.For(_pool.Place(key))!.Name);
            Assert.False(_pool.Table.IsStandIn(_pool.Table.For(_pool.Place(key))!, _pool.Place(key)));
        }
    }

    [Fact]
    public void The_next_living_server_clockwise_serves_while_the_owner_is_away()
    {
        var before = Keys().ToDictionary(key => key, key => _pool.Table.For(_pool.Place(key))!.Name);
        _pool.Lose("b");
        _pool.Lose("d");
        foreach (var (key, server) in before)
        {
            var expected = _pool.Order(key).First(name => name is "a:11211" or "c:11211");
            Assert.Equal(expected, _pool.Table.For(_pool.Place(key))!.Name);
            if (server == expected) Assert.False(_pool.Table.IsStandIn(_pool.Table.Find(server)!, _pool.Place(key)));
            else Assert.True(_pool.Table.IsStandIn(_pool.Table.Find(expected)!, _pool.Place(key)));
        }
    }

    [Fact]
    public void Next_goes_clockwise_past_those_tried_and_those_that_do_not_serve()
    {
        _pool.Lose("c");
        foreach (var key in Keys())
        {
            var tried = new List<int>();
            foreach (var expected in _pool.Order(key).Where(name => name != "c:11211"))
            {
                var next = _pool.Table.Next(_pool.Place(key), tried.ToArray())!;
                Assert.Equal(expected, next.Name);
                tried.Add(next.Id);
            }
            Assert.Null(_pool.Table.Next(_pool.Place(key), tried.ToArray()));
        }
    }

    [Fact]
    public void Nobody_serves_when_nobody_lives_and_the_ring_is_as_it_was()
    {
        var fingerprint = _pool.Table.Ring.Fingerprint;
        foreach (var host in new[] { "a", "b", "c", "d" }) _pool.Lose(host);
        Assert.All(Keys(), key => Assert.Null(_pool.Table.For(_pool.Place(key))));
        Assert.Null(_pool.Table.Next(default, []));
        Assert.Equal(fingerprint, _pool.Table.Ring.Fingerprint);
    }

    [Fact]
    public void A_server_that_was_tried_is_known_by_its_number_wherever_the_topology_has_it()
    {
        var tried = _pool.Table.Find("a:11211")!.Id;
        _pool.Apply(_pool.Transitions.SetTopology(_pool.Table, new Topology(new[] { "d", "a", "b" }.Select(ServerAddress.Parse)), new Dictionary<string, ConnectionReport.ServerUp>(), default));
        foreach (var key in Keys()) Assert.NotEqual("a:11211", _pool.Table.Next(_pool.Place(key), [tried])!.Name);
    }

    [Fact]
    public void Changing_one_server_leaves_the_older_table_as_it_was()
    {
        var older = _pool.Table;
        _pool.Lose("a");
        Assert.Equal(ServerState.Up, older.Find("a:11211")!.Health.State);
        Assert.Equal(older.Version + 1, _pool.Table.Version);
        Assert.True(older.IsWhole);
        Assert.False(_pool.Table.IsWhole);
        Assert.Null(older.Find("e:11211"));
    }

    private static IEnumerable<string> Keys() => Enumerable.Range(0, 200).Select(i => $"user:{i}");
}
