using ActorCache.Placement;

namespace ActorCache.Tests;

/// <summary>Keys that change their owner stay behind at the former one, who may own them again one day.</summary>
public class JournalTopologyTests
{
    private readonly Ledger _ledger = new(new Pool("a", "b"));

    [Fact]
    public void A_key_that_moved_is_stale_at_its_former_owner_once_it_is_written()
    {
        var key = MovingTo("c");
        SetTopology("a", "b", "c");
        Assert.True(_ledger.Journal.HasFormerOwners);
        Assert.Equal(Standing.Sound, _ledger.At("a", key)); // Nobody has written it since.
        Assert.NotNull(_ledger.Writing(key, "c"));
        Assert.Equal((Standing.Stale, Standing.Sound), (_ledger.At("a", key), _ledger.At("c", key)));
        Assert.Equal(1, _ledger.Clean("a"));
        Assert.True(_ledger.Journal.IsQuiet);
    }

    [Fact]
    public void A_key_that_stayed_needs_no_note()
    {
        var key = Enumerable.Range(0, 1_000).Select(i => $"k{i}").First(key => _ledger.Pool.Order(key)[0] == "a:11211" && OwnerIn(key, "a", "b", "c") == "a:11211");
        SetTopology("a", "b", "c");
        Assert.Null(_ledger.Writing(key, "a"));
        Assert.True(_ledger.Journal.IsQuiet);
    }

    [Fact]
    public void A_server_that_leaves_is_forgotten_with_all_that_was_stale_there()
    {
        var keys = _ledger.KeysOf("a", 5);
        foreach (var key in keys) _ledger.Writing(key, "b");
        var a = _ledger.Id("a");
        Assert.Equal(5, _ledger.Journal.StaleAt(a).Count);
        SetTopology("b");
        Assert.Empty(_ledger.Journal.StaleAt(a));
        _ledger.Journal.InDoubt(Ledger.Bytes(keys[0]), a);
        Assert.Empty(_ledger.Journal.StaleAt(a));
        _ledger.Tidy();
        Assert.Equal(0, _ledger.Journal.Count);
    }

    [Fact]
    public void The_same_servers_in_the_same_order_are_no_news()
    {
        SetTopology("a", "b");
        Assert.False(_ledger.Journal.HasFormerOwners);
    }

    [Fact]
    public void Back_to_a_former_topology_there_is_one_former_topology()
    {
        SetTopology("a", "b", "c");
        SetTopology("a", "b");
        Assert.True(_ledger.Journal.HasFormerOwners);
        var key = _ledger.KeysOf("a", 1)[0];
        Assert.Null(_ledger.Writing(key, "a")); // The other owner it has had, if any, has left.
    }

    [Fact]
    public void Copies_that_nobody_noted_make_their_server_unusable_when_owners_change()
    {
        var ledger = new Ledger(new Pool(new ActorCacheOptions { JournalMaxKeys = 0 }, connected: true, "a", "b"));
        ledger.Writing(ledger.KeysOf("a", 1)[0], "b");
        Assert.Equal((Standing.Spoiled, Standing.Sound), (ledger.At("a", "any"), ledger.At("b", "any")));
        SetTopology(ledger, "a", "b", "c");
        Assert.Equal(Standing.Spoiled, ledger.At("b", "any"));
    }

    [Fact]
    public void So_do_those_from_an_earlier_outage()
    {
        var ledger = new Ledger(new Pool(new ActorCacheOptions { JournalMaxKeys = 0 }, connected: true, "a", "b"));
        ledger.Writing(ledger.KeysOf("a", 1)[0], "b");
        ledger.Flush("a");
        SetTopology(ledger, "a", "b", "c");
        Assert.Equal((Standing.Sound, Standing.Spoiled), (ledger.At("a", "any"), ledger.At("b", "any")));
    }

    private string MovingTo(string added) => Enumerable.Range(0, 1_000).Select(i => $"k{i}")
        .First(key => _ledger.Pool.Order(key)[0] == "a:11211" && OwnerIn(key, "a", "b", added) == $"{added}:11211");

    private static string OwnerIn(string key, params string[] hosts) => new Pool(hosts).Order(key)[0];

    private void SetTopology(params string[] hosts) => SetTopology(_ledger, hosts);

    private static void SetTopology(Ledger ledger, params string[] hosts) => ledger.Pool.Apply(ledger.Pool.Transitions.SetTopology(ledger.Pool.Table,
        new Topology(hosts.Select(ServerAddress.Parse)), new Dictionary<string, ConnectionReport.ServerUp>(), ledger.Pool.Now));
}
