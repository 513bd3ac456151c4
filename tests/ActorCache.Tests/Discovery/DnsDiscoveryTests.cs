using System.Net;
using System.Net.Sockets;
using ActorCache.Placement;
using Microsoft.Extensions.Time.Testing;

namespace ActorCache.Tests;

/// <summary>Addresses become servers; they join at once, and leave when they are gone for good.</summary>
public class DnsDiscoveryTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly Dictionary<string, Func<Task<IPAddress[]>>> _names = [];
    private readonly DnsDiscovery _discovery;

    public DnsDiscoveryTests() => _discovery = new DnsDiscovery(_time, (name, _) => _names[name]());

    [Fact]
    public async Task Every_address_is_a_server_with_the_names_port_and_weight_in_an_order_of_its_own()
    {
        Say("cache.svc", "10.0.0.2 10.0.0.1 10.0.0.2");
        Assert.Equal("10.0.0.1:11212*3 10.0.0.2:11212*3", await Find("cache.svc:11212*3"));
        Say("cache.svc", "10.0.0.1 10.0.0.2");
        Assert.Equal("10.0.0.1:11212*3 10.0.0.2:11212*3", await Find("cache.svc:11212*3"));
    }

    [Theory]
    [InlineData("fd00::1 fd00::2", "[fd00::1]:11211 [fd00::2]:11211")]
    [InlineData("fd00::1 10.0.0.1", "10.0.0.1:11211")]
    [InlineData("::ffff:10.0.0.1 fd00::1", "10.0.0.1:11211")]
    public async Task A_server_with_an_address_of_either_family_is_one_server(string addresses, string servers)
    {
        Say("cache.svc", addresses);
        Assert.Equal(servers, await Find("cache.svc"));
    }

    [Fact]
    public async Task Several_names_are_one_pool_and_a_server_of_two_is_in_it_once()
    {
        Say("a.svc", "10.0.0.2 10.0.0.1");
        Say("b.svc", "10.0.0.0 10.0.0.2");
        Assert.Equal("10.0.0.1:11211 10.0.0.2:11211 10.0.0.0:11211", await Find("a.svc", "b.svc"));
    }

    [Fact]
    public async Task A_new_address_joins_at_once_and_one_that_is_gone_leaves_after_three_answers_without_it()
    {
        Say("cache.svc", "10.0.0.1 10.0.0.2");
        await Find("cache.svc");
        Say("cache.svc", "10.0.0.2 10.0.0.3");
        for (var i = 1; i < DnsDiscovery.AbsencesToLeave; i++) Assert.Equal("10.0.0.1:11211 10.0.0.2:11211 10.0.0.3:11211", await Find("cache.svc"));
        Assert.Equal("10.0.0.2:11211 10.0.0.3:11211", await Find("cache.svc"));
    }

    [Fact]
    public async Task A_name_server_that_gives_another_half_each_time_makes_no_server_leave()
    {
        Say("cache.svc", "10.0.0.1 10.0.0.2 10.0.0.3 10.0.0.4");
        await Find("cache.svc");
        for (var i = 0; i < 20; i++)
        {
            Say("cache.svc", i % 2 == 0 ? "10.0.0.4 10.0.0.1" : "10.0.0.3 10.0.0.2");
            Assert.Equal("10.0.0.1:11211 10.0.0.2:11211 10.0.0.3:11211 10.0.0.4:11211", await Find("cache.svc"));
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_outage_of_the_resolver_is_none_of_the_servers_however_long_it_lasts(bool throws)
    {
        Say("cache.svc", "10.0.0.1");
        await Find("cache.svc");
        _names["cache.svc"] = () => throws ? Task.FromException<IPAddress[]>(new SocketException((int)SocketError.TryAgain)) : Task.FromResult<IPAddress[]>([]);
        for (var i = 0; i < 10; i++)
        {
            var found = await FindAsync("cache.svc");
            Assert.Equal("10.0.0.1:11211", Text(found));
            Assert.StartsWith("cache.svc", found.Trouble, StringComparison.Ordinal);
        }
        Say("cache.svc", "10.0.0.2");
        Assert.Null((await FindAsync("cache.svc")).Trouble);
    }

    [Fact]
    public async Task Of_two_names_one_of_which_fails_the_other_is_followed()
    {
        Say("a.svc", "10.0.0.1");
        _names["b.svc"] = () => Task.FromException<IPAddress[]>(new SocketException((int)SocketError.HostNotFound));
        var found = await FindAsync("a.svc", "b.svc");
        Assert.Equal("10.0.0.1:11211", Text(found));
        Assert.StartsWith("b.svc: ", found.Trouble, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_never_known_is_nobody()
    {
        _names["cache.svc"] = () => Task.FromException<IPAddress[]>(new SocketException((int)SocketError.HostNotFound));
        var found = await FindAsync("cache.svc");
        Assert.Empty(found.Servers);
        Assert.NotNull(found.Trouble);
    }

    [Fact]
    public async Task A_resolver_that_takes_for_ever_is_given_up_and_not_asked_a_second_time_meanwhile()
    {
        var asked = 0;
        var never = new TaskCompletionSource<IPAddress[]>();
        _names["cache.svc"] = () =>
        {
            asked++;
            return never.Task;
        };
        for (var i = 0; i < 3; i++)
        {
            var finding = FindAsync("cache.svc");
            _time.Advance(DnsDiscovery.LongestLookup - TimeSpan.FromMilliseconds(1));
            Assert.False(finding.IsCompleted);
            _time.Advance(TimeSpan.FromMilliseconds(1));
            Assert.Equal("cache.svc was not resolved within 10 s", (await finding.Soon()).Trouble);
        }
        Assert.Equal(1, asked);
    }

    [Fact]
    public async Task A_name_that_is_no_longer_looked_for_takes_its_servers_along_at_once()
    {
        Say("a.svc", "10.0.0.1");
        Say("b.svc", "10.0.0.2");
        await Find("a.svc");
        Assert.Equal("10.0.0.2:11211", await Find("b.svc"));
    }

    private void Say(string name, string addresses) => _names[name] = () => Task.FromResult<IPAddress[]>([.. addresses.Split(' ').Select(IPAddress.Parse)]);

    private async Task<string> Find(params string[] seeds) => Text(await FindAsync(seeds));

    private Task<Discovered> FindAsync(params string[] seeds) => _discovery.FindAsync([.. seeds.Select(ServerAddress.Parse)], anyServes: true, CancellationToken.None);

    private static string Text(Discovered found) => string.Join(' ', found.Servers);
}
