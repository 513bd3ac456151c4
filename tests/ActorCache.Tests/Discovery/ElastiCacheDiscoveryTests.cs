using ActorCache.Placement;
using ActorCache.Protocol;
using ActorCache.Transport;

namespace ActorCache.Tests;

/// <summary>A cluster says what it has: a higher version is followed, and nothing else, whoever says it.</summary>
public class ElastiCacheDiscoveryTests
{
    private readonly Dictionary<string, ClusterConfiguration> _told = [];
    private readonly List<string> _asked = [];
    private readonly ElastiCacheDiscovery _discovery;

    public ElastiCacheDiscoveryTests() => _discovery = new ElastiCacheDiscovery((server, _) =>
    {
        _asked.Add(server.Name);
        return _told.TryGetValue(server.Name, out var told)
            ? Task.FromResult(told)
            : Task.FromException<ClusterConfiguration>(new ConnectException(new ConnectionClosed(CloseReason.Unreachable, $"{server.Name} refused")));
    });

    [Fact]
    public async Task Servers_are_called_what_the_cluster_calls_them_in_its_order()
    {
        Tell("cfg:11211", 1, "b.0002:11211", "a.0001:11212", "fd00::1:11211");
        Assert.Equal("b.0002:11211 a.0001:11212 [fd00::1]:11211", await Find("cfg"));
    }

    [Theory]
    [InlineData(5, true, "b:1")]
    [InlineData(4, true, "a:1")]
    [InlineData(3, true, "a:1")]
    [InlineData(4, false, "a:1")]
    [InlineData(3, false, "b:1")]
    [InlineData(5, false, "b:1")]
    public async Task Only_a_higher_version_is_followed_and_a_lower_one_when_nobody_serves(long version, bool anyServes, string servers)
    {
        Tell("cfg:11211", 4, "a:1");
        await Find("cfg");
        Tell("cfg:11211", version, "b:1");
        Assert.Equal(servers, Text(await FindAsync(anyServes, "cfg")));
    }

    [Fact]
    public async Task Where_the_endpoint_is_away_a_server_of_the_cluster_is_asked()
    {
        Tell("cfg:11211", 1, "a:1", "b:1");
        await Find("cfg");
        _told.Clear();
        Tell("b:1", 2, "b:1", "c:1");
        var found = await FindAsync(anyServes: true, "cfg");
        Assert.Equal(("b:1 c:1", null), (Text(found), found.Trouble));
    }

    [Fact]
    public async Task Where_nobody_answers_the_servers_stay_and_of_many_only_some_are_asked()
    {
        Tell("cfg:11211", 1, [.. Enumerable.Range(1, 100).Select(port => $"a:{port}")]);
        await Find("cfg");
        _told.Clear();
        _asked.Clear();
        var found = await FindAsync(anyServes: true, "cfg");
        Assert.Equal(100, found.Servers.Count);
        Assert.StartsWith("Unreachable: cfg:11211 refused; ", found.Trouble, StringComparison.Ordinal);
        Assert.Equal((4, "cfg:11211"), (_asked.Count, _asked[0]));
    }

    [Fact]
    public async Task A_second_endpoint_is_asked_when_the_first_does_not_answer_and_is_not_otherwise()
    {
        Tell("two:11211", 1, "a:1");
        Assert.Equal("a:1", await Find("one", "two"));
        Tell("one:11211", 2, "b:1");
        _asked.Clear();
        Assert.Equal("b:1", await Find("one", "two"));
        Assert.Equal(["one:11211"], _asked);
    }

    [Fact]
    public async Task A_list_that_cannot_be_is_no_answer()
    {
        Tell("cfg:11211", 1, "a:1");
        await Find("cfg");
        _told["cfg:11211"] = new ClusterConfiguration(2, [new ClusterNode("b/c", 1)]);
        _told["a:1"] = new ClusterConfiguration(2, [new ClusterNode("::1", 1), new ClusterNode("[::1]", 1)]);
        var found = await FindAsync(anyServes: true, "cfg");
        Assert.Equal("a:1", Text(found));
        Assert.Contains("b/c", found.Trouble, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Other_endpoints_are_another_cluster_whose_versions_are_its_own()
    {
        Tell("one:11211", 9, "a:1");
        await Find("one");
        Tell("two:11211", 1, "b:1");
        Assert.Equal("b:1", await Find("two"));
    }

    private void Tell(string who, long version, params string[] servers) =>
        _told[who] = new ClusterConfiguration(version, [.. servers.Select(server => new ClusterNode(server[..server.LastIndexOf(':')], int.Parse(server[(server.LastIndexOf(':') + 1)..], System.Globalization.CultureInfo.InvariantCulture)))]);

    private async Task<string> Find(params string[] seeds) => Text(await FindAsync(anyServes: true, seeds));

    private Task<Discovered> FindAsync(bool anyServes, params string[] seeds) => _discovery.FindAsync([.. seeds.Select(ServerAddress.Parse)], anyServes, CancellationToken.None);

    private static string Text(Discovered found) => string.Join(' ', found.Servers);
}
