using ActorCache.Transport;
using Akka.Actor;
using Akka.Event;

namespace ActorCache.Tests;

/// <summary>A cache's parts together, and how they end.</summary>
public class CacheRuntimeTests() : ActorTest
{
    [Fact]
    public async Task It_answers_calls_before_it_has_a_connection()
    {
        var cache = RunningCache.Start(Sys, "a");
        var call = cache.Runtime.Client.GetAsync<string>("key").AsTask();
        var connection = (await cache.Connector.NextAsync()).Accept();
        (await connection.NextAsync()).AnswerHit("early");
        Assert.Equal("early", (await call.Soon()).Value);
    }

    [Fact]
    public async Task With_no_server_to_be_reached_calls_are_Unavailable_and_it_recovers_by_itself()
    {
        var cache = RunningCache.Start(Sys, "a");
        var call = cache.Runtime.Client.GetAsync<string>("key").AsTask();
        (await cache.Connector.NextAsync()).Refuse();
        Assert.Equal(CacheOutcome.Unavailable, (await call.Soon()).Outcome);
        Assert.Equal(CacheOutcome.Unavailable, (await cache.Runtime.Client.GetAsync<string>("key").Soon()).Outcome);

        for (var i = 0; i < 4; i++) (await cache.Connector.NextAsync()).Refuse();
        await cache.UntilAsync(table => table.Servers[0].Health.State == ServerState.Down);
        var connection = (await cache.Connector.NextAsync()).Accept();
        await cache.UntilAsync(table => table.Servers[0].Live is not null);
        connection.Answers = _ => "EN";
        Assert.Equal(CacheOutcome.Miss, (await cache.Runtime.Client.GetAsync<string>("key").Soon()).Outcome);
    }

    [Fact]
    public async Task A_server_that_dies_is_rerouted_around_in_the_same_call_and_watched_and_comes_back()
    {
        var deadLetters = CreateTestProbe();
        Sys.EventStream.Subscribe(deadLetters, typeof(DeadLetter));
        var cache = await RunningCache.StartAsync(Sys, "a,b");
        await using var watch = cache.Runtime.Client.Monitor.WatchAsync().GetAsyncEnumerator();
        var key = Enumerable.Range(0, 100).Select(i => $"key-{i}").First(key => cache.Runtime.Client.Monitor.Explain(key).Owner == "a:11211");
        cache.Connections["b:11211"].Answers = _ => "VA 1 c1\r\nB";

        var call = cache.Runtime.Client.GetAsync<string>(key).AsTask();
        await cache.Connections["a:11211"].NextAsync();
        cache.Connections["a:11211"].Die(AttemptEnd.Unanswered);
        Assert.Equal(("B", "b:11211", true), ((await call.Soon()).Value, (await call).Server, (await call).FromStandIn));

        Assert.True(await watch.MoveNextAsync().Soon());
        Assert.Equal("a:11211", Assert.IsType<ServerEvent.Suspected>(watch.Current).Server);
        var back = (await cache.Connector.NextAsync()).Accept();
        back.Answers = _ => "VA 1 c1\r\nA";
        Assert.True(await watch.MoveNextAsync().Soon());
        Assert.Equal("a:11211", Assert.IsType<ServerEvent.Up>(watch.Current).Server);
        Assert.Equal("A", (await cache.Runtime.Client.GetAsync<string>(key).Soon()).Value);
        await deadLetters.ExpectNoMsgAsync(TimeSpan.Zero);
    }

    [Fact]
    public async Task Shutdown_refuses_new_calls_drains_the_connections_stops_the_actors_and_ends_the_watches()
    {
        var cache = await RunningCache.StartAsync(Sys, "a,b");
        await using var watch = cache.Runtime.Client.Monitor.WatchAsync().GetAsyncEnumerator();
        var guardian = await Sys.ActorSelection("/system/actor-cache/default").ResolveOne(Patience.Limit);
        Watch(guardian);

        var down = cache.Runtime.ShutDownAsync();
        Assert.Same(down, cache.Runtime.ShutDownAsync());
        await down.Soon();
        Assert.All(cache.Connections.Values, connection => Assert.Equal(1, connection.Drains));
        await ExpectTerminatedAsync(guardian);
        Assert.False(await watch.MoveNextAsync().Soon());
        Assert.True(cache.Runtime.IsShutDown);
        Calls.ThrowsAtOnce<ObjectDisposedException>(() => cache.Runtime.Client.GetAsync<string>("key").AsTask());
        Assert.False(cache.Connector.HasDialled);
    }

    [Fact]
    public async Task Calls_that_shutdown_finds_on_their_way_all_end()
    {
        var cache = RunningCache.Start(Sys, "a,b");
        var waiting = Enumerable.Range(0, 50).Select(i => cache.Runtime.Client.GetAsync<string>($"key-{i}").AsTask()).ToList();
        await cache.Runtime.ShutDownAsync().Soon();
        Assert.All(await Task.WhenAll(waiting).Soon(), result => Assert.Equal(CacheOutcome.Unavailable, result.Outcome));
    }

    [Fact]
    public async Task A_call_that_loses_its_server_during_shutdown_is_Unavailable()
    {
        var cache = await RunningCache.StartAsync(Sys, "a,b");
        var call = cache.Runtime.Client.GetAsync<string>("key").AsTask();
        var request = cache.Connections.Values.SelectMany(connection => connection.Accepted).Single();
        await cache.Runtime.ShutDownAsync().Soon();
        request.End(AttemptEnd.NeverSent);
        Assert.Equal(CacheOutcome.Unavailable, (await call.Soon()).Outcome);
    }

    [Fact]
    public async Task A_dial_under_way_at_shutdown_is_given_up_and_what_comes_late_is_closed()
    {
        var cache = RunningCache.Start(Sys, "a");
        var dial = await cache.Connector.NextAsync();
        await cache.Runtime.Gateway.Soon();
        await cache.Runtime.ShutDownAsync().Soon();
        await dial.CancelledAsync();
        Assert.Equal(CloseReason.Closed, (await dial.Accept().Completion.Soon()).Reason);
    }

    [Fact]
    public async Task The_end_of_its_actor_system_drains_it_first()
    {
        var system = ActorSystem.Create("borrowed", Sys.Settings.Config);
        var cache = await RunningCache.StartAsync(system, "a");
        await system.Terminate().Soon();
        Assert.Equal(1, cache.Connections["a:11211"].Drains);
        Assert.True(cache.Runtime.IsShutDown);
    }

    [Fact]
    public void Reloaded_timeouts_are_taken_over_at_once_and_other_options_are_said_to_wait()
    {
        var log = new LogLines();
        var runtime = new CacheRuntime("x", new ActorCacheOptions { Servers = ["a"] }, TimeProvider.System, log);
        var reloaded = new ActorCacheOptions
        {
            Servers = ["a"], ConnectTimeout = TimeSpan.FromSeconds(1), ReadTimeout = TimeSpan.FromSeconds(2), OperationTimeout = TimeSpan.FromSeconds(3),
            HashTags = true, KeyPrefix = "p:",
        };
        runtime.Reload(() => reloaded);
        Assert.Equal((TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2)), (runtime.Timeouts.Connect, runtime.Timeouts.Read));
        Assert.Equal(3 * TimeProvider.System.TimestampFrequency, runtime.Dispatcher.Budget);
        Assert.Equal(["x: HashTags, KeyPrefix changed in the configuration; before the next start only Servers, ConnectTimeout, ReadTimeout, OperationTimeout, Username, Password, PasswordFile take effect.",
            "x: the configuration was reloaded: ConnectTimeout 00:00:01, ReadTimeout 00:00:02, OperationTimeout 00:00:03."], log.All.Select(line => line.Line));

        runtime.Reload(() => reloaded);
        Assert.Equal(2, log.All.Count);
    }

    [Fact]
    public void What_cannot_be_reloaded_changes_nothing_and_is_one_line()
    {
        var log = new LogLines();
        var runtime = new CacheRuntime("x", new ActorCacheOptions { Servers = ["a"] }, TimeProvider.System, log);
        for (var i = 0; i < 3; i++) runtime.Reload(() => throw new InvalidOperationException("no"));
        Assert.Equal("x: the reloaded configuration is not taken over, everything stays as it was. no", Assert.Single(log.All).Line);
        Assert.Equal(TimeSpan.FromMilliseconds(500), runtime.Timeouts.Read);

        runtime.Reload(() => new ActorCacheOptions { Servers = ["a"] });
        runtime.Reload(() => throw new InvalidOperationException("no"));
        Assert.Equal(2, log.All.Count);
    }

    [Fact]
    public async Task After_shutdown_nothing_is_reloaded_and_what_watched_for_it_is_disposed_of()
    {
        var runtime = new CacheRuntime("x", new ActorCacheOptions { Servers = ["a"] }, TimeProvider.System, new LogLines());
        using var before = new MemoryStream();
        using var after = new MemoryStream();
        runtime.DisposeAtShutdown(before);
        Assert.True(before.CanRead);
        await runtime.ShutDownAsync().Soon();
        runtime.DisposeAtShutdown(after);
        Assert.False(before.CanRead || after.CanRead);
        runtime.Reload(() => throw new InvalidOperationException("Nobody asks."));
    }

    [Fact]
    public void Options_that_are_not_valid_make_no_cache() => Assert.Throws<ArgumentException>(() =>
        new CacheRuntime("x", new ActorCacheOptions { Servers = ["a"], Distribution = "modula" }, TimeProvider.System, new LogLines()));
}
