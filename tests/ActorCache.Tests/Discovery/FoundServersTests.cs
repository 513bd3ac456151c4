using Akka.Actor;

namespace ActorCache.Tests;

/// <summary>A whole cache whose servers are found: from before the first answer to one that is as good as any.</summary>
public class FoundServersTests() : ActorTest
{
    private readonly FakeDiscovery _discovery = new();

    [Fact]
    public async Task Calls_wait_for_the_first_answer_and_go_to_the_servers_it_names_and_nobody_dials_the_name()
    {
        var cache = RunningCache.Start(Sys, "svc;discovery=dns", discovery: _discovery);
        var call = cache.Runtime.Client.GetAsync<string>("key").AsTask();
        var question = await _discovery.NextAsync();
        Assert.Equal(("svc:11211", false, false), (question.Seeds, cache.Connector.HasDialled, call.IsCompleted));
        question.Find("10.0.0.1");

        var dial = await cache.Connector.NextAsync();
        Assert.Equal("10.0.0.1:11211", dial.Server.Name);
        (await dial.Accept().NextAsync()).AnswerHit("found");
        Assert.Equal("found", (await call.Soon()).Value);
        Assert.Equal("10.0.0.1:11211", Assert.Single(cache.Runtime.Client.Monitor.Current.Servers).Name);
    }

    [Fact]
    public async Task Not_found_is_Unavailable_at_once_as_not_reached_is_and_it_heals_when_there_is_an_answer()
    {
        var cache = RunningCache.Start(Sys, "svc;discovery=dns;discovery_interval=100ms", discovery: _discovery);
        var call = cache.Runtime.Client.GetAsync<string>("key").AsTask();
        (await _discovery.NextAsync()).Fail("svc: no such name");
        Assert.Equal(CacheOutcome.Unavailable, (await call.Soon()).Outcome);
        Assert.Contains("no such name", cache.Runtime.Client.Monitor.Explain("key").Why, StringComparison.Ordinal);
        Assert.Equal(CacheOutcome.Unavailable, (await cache.Runtime.Client.GetAsync<string>("key").Soon()).Outcome);
        for (var i = 0; i < 4; i++) (await _discovery.NextAsync()).Fail("svc: no such name");

        (await _discovery.NextAsync()).Find("10.0.0.1", "10.0.0.2");
        foreach (var _ in new[] { 1, 2 }) (await cache.Connector.NextAsync()).Accept().Answers = _ => "EN";
        await cache.UntilAsync(table => table.Servers.Length == 2 && table.Living.Count == 2 && table.Servers.All(server => server.Live is not null));
        Assert.Equal(CacheOutcome.Miss, (await cache.Runtime.Client.GetAsync<string>("key").Soon()).Outcome);
    }

    [Fact]
    public async Task A_name_that_is_also_a_server_is_dialled_once_it_is_known_to_be_one()
    {
        var cache = RunningCache.Start(Sys, "10.0.0.1;discovery=elasticache", discovery: _discovery);
        (await _discovery.NextAsync()).Find("10.0.0.1", "10.0.0.2");
        Assert.Equal(["10.0.0.1:11211", "10.0.0.2:11211"],
            new[] { (await cache.Connector.NextAsync()).Server.Name, (await cache.Connector.NextAsync()).Server.Name }.Order());
        Assert.False(cache.Runtime.Routes.Table.IsSought);
    }

    [Theory]
    [InlineData("ketama")]
    [InlineData("replicated")]
    public async Task The_first_servers_are_not_flushed_whatever_the_placement(string distribution)
    {
        var cache = RunningCache.Start(Sys, $"svc;discovery=dns;distribution={distribution}", discovery: _discovery);
        (await _discovery.NextAsync()).Find("10.0.0.1", "10.0.0.2");
        foreach (var _ in new[] { 1, 2 }) (await cache.Connector.NextAsync()).Accept();
        await cache.UntilAsync(table => table.Living.Count == 2 && table.Servers.All(server => server.Live is not null));
        Assert.All(cache.Runtime.Client.Monitor.Current.Servers, server => Assert.Equal((ServerState.Up, false), (server.State, server.AwaitsFlush)));
    }

    [Fact]
    public async Task Later_answers_change_the_topology_as_an_operator_does_connecting_first()
    {
        var cache = RunningCache.Start(Sys, "svc;discovery=dns;discovery_interval=100ms", discovery: _discovery);
        (await _discovery.NextAsync()).Find("10.0.0.1");
        var first = (await cache.Connector.NextAsync()).Accept();
        await cache.UntilAsync(table => table.Servers[0].Live == first);

        (await _discovery.NextAsync()).Find("10.0.0.2");
        var dial = await cache.Connector.NextAsync();
        Assert.Equal("10.0.0.1:11211", Assert.Single(cache.Runtime.Routes.Table.Servers).Name);
        (await _discovery.NextAsync()).Find("10.0.0.2"); // The same, while it is being dialled: neither dialled anew nor waited for longer.
        var second = dial.Accept();
        await cache.UntilAsync(table => table.Servers.Single().Live == second);
        await first.Completion.Soon();
        Assert.False(cache.Connector.HasDialled);
    }

    [Fact]
    public async Task A_lost_server_that_has_moved_is_found_where_it_is_now()
    {
        var cache = RunningCache.Start(Sys, "svc;discovery=dns;discovery_interval=1h", discovery: _discovery);
        (await _discovery.NextAsync()).Find("10.0.0.1");
        var first = (await cache.Connector.NextAsync()).Accept();
        await cache.UntilAsync(table => table.Servers[0].Live == first);
        cache.Connector.Answers = dial =>
        {
            if (dial.Server.Name == "10.0.0.1:11211") dial.Refuse();
            else dial.Accept();
        };
        first.Die(Transport.AttemptEnd.Unanswered);
        (await _discovery.NextAsync()).Find("10.0.0.2");
        await cache.UntilAsync(table => table.Servers.Single() is { Name: "10.0.0.2:11211", Live: not null });
    }

    [Fact]
    public async Task Where_to_look_is_asked_of_the_gateway_and_reloaded_like_servers()
    {
        var cache = RunningCache.Start(Sys, "svc;discovery=dns;connect_timeout=5s", discovery: _discovery);
        (await _discovery.NextAsync()).Find("10.0.0.1");
        var first = (await cache.Connector.NextAsync()).Accept();
        await cache.UntilAsync(table => table.Servers[0].Live == first);

        cache.Runtime.Reload(static () => new ActorCacheOptions { Servers = ["other"], Discovery = ActorCache.Discovery.Dns });
        var question = await _discovery.NextAsync();
        Assert.Equal(("other:11211", true), (question.Seeds, question.AnyServes));
        question.Find("10.0.0.2");
        (await cache.Connector.NextAsync()).Accept();
        await cache.UntilAsync(table => table.Servers.Single() is { Name: "10.0.0.2:11211", Live: not null });
    }

    [Fact]
    public async Task A_crash_of_the_router_before_the_first_answer_costs_nothing()
    {
        var cache = RunningCache.Start(Sys, "svc;discovery=dns", discovery: _discovery);
        var question = await _discovery.NextAsync();
        var router = await Sys.ActorSelection("/system/actor-cache/default/router").ResolveOne(Patience.Limit);
        router.Tell(new ConnectionReport.AttemptFailed("svc:11211", null!)); // a defect of ours
        await Settled(router);
        question.Find("10.0.0.1");
        Assert.Equal("10.0.0.1:11211", (await cache.Connector.NextAsync()).Server.Name);
    }

    [Fact]
    public async Task Shutdown_waits_for_no_answer_and_ends_the_calls_that_do()
    {
        var cache = RunningCache.Start(Sys, "svc;discovery=dns", discovery: _discovery);
        var call = cache.Runtime.Client.GetAsync<string>("key").AsTask();
        var question = await _discovery.NextAsync();
        await cache.Runtime.ShutDownAsync().Soon();
        Assert.Equal(CacheOutcome.Unavailable, (await call.Soon()).Outcome);
        Assert.True(question.Token.IsCancellationRequested);
        question.Find("10.0.0.1");
        Assert.False(cache.Connector.HasDialled);
    }
}
