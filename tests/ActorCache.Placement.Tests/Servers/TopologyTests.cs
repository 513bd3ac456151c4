namespace ActorCache.Placement.Tests;

public sealed class TopologyTests
{
    [Fact]
    public void Servers_keep_their_order_and_are_found_by_name()
    {
        var topology = Of("b", "a:11212", "[::1]");

        Assert.Equal(["b:11211", "a:11212", "[::1]:11211"], topology.Servers.Select(server => server.Name));
        Assert.Equal([0, 1, 2, -1], ((string[])["b:11211", "a:11212", "[::1]:11211", "a"]).Select(topology.IndexOf));
    }

    [Fact]
    public void No_server_is_too_few() => Assert.Throws<ArgumentException>(() => new Topology([]));

    [Fact]
    public void A_server_listed_twice_is_refused_by_name()
    {
        var refusal = Assert.Throws<ArgumentException>(() => Of("a", "b", "a:11211*2"));

        Assert.Contains("\"a:11211\" is listed twice", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_alias_given_twice_is_refused_by_name()
    {
        var refusal = Assert.Throws<ArgumentException>(() => Of("x@a", "y@b", "x@c"));

        Assert.Contains("Two servers have the alias \"x\"", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_alias_is_a_change() => Assert.Equal(["y@b:11211"], Of("a", "x@b").ChangeTo(Of("a", "y@b")).Reweighted.Select(server => server.ToString()));

    [Fact]
    public void A_list_changed_afterwards_does_not_change_the_topology()
    {
        var list = new List<ServerAddress> { ServerAddress.Parse("a") };
        var topology = new Topology(list);
        list.Add(ServerAddress.Parse("b"));

        Assert.Single(topology.Servers);
    }

    [Fact]
    public void A_change_tells_who_comes_who_goes_and_who_weighs_otherwise()
    {
        var change = Of("a", "b", "c*2", "d*4").ChangeTo(Of("f", "d*5", "c*2", "a", "e"));

        Assert.Equal(["f:11211", "e:11211"], change.Added.Select(server => server.ToString()));
        Assert.Equal(["b:11211"], change.Removed.Select(server => server.ToString()));
        Assert.Equal(["d:11211*5"], change.Reweighted.Select(server => server.ToString()));
        Assert.False(change.IsEmpty);
    }

    [Theory]
    [InlineData("a", "b*2")]
    [InlineData("b*2", "a")]
    public void The_same_servers_in_any_order_are_no_change(string first, string second) =>
        Assert.True(Of("a", "b*2").ChangeTo(Of(first, second)).IsEmpty);

    private static Topology Of(params string[] servers) => new(servers.Select(ServerAddress.Parse));
}
