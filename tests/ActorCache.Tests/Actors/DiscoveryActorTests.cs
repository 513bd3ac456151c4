using ActorCache.Placement;
using Akka.Actor;
using Akka.TestKit;

namespace ActorCache.Tests;

/// <summary>When it asks what servers there are, and what it makes of the answers.</summary>
public class DiscoveryActorTests : ActorTest
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan First = TimeSpan.FromSeconds(1);
    private readonly ActorCacheOptions _options = new() { Servers = ["svc"], Discovery = ActorCache.Discovery.Dns };
    private readonly FakeDiscovery _discovery = new();
    private readonly LogLines _log = new();
    private readonly Pool _pool = new("a", "b");
    private readonly TestProbe _router;
    private readonly IActorRef _actor;

    public DiscoveryActorTests() : base(holdTime: true)
    {
        _router = CreateTestProbe();
        _actor = CreateTestProbe().ChildActorOf(DiscoveryActor.Props(Pool.Name, _discovery, _options, _pool.Routes, _router, _log), SupervisorStrategy.DefaultStrategy);
        _actor.Tell(new DiscoveryActor.Seek([ServerAddress.Parse("svc")]));
    }

    [Fact]
    public async Task It_asks_at_once_and_then_an_interval_or_a_third_longer_after_each_answer()
    {
        await Find("a:11211", "b:11211");
        for (var i = 0; i < 3; i++)
        {
            await Advance(Interval - TimeSpan.FromMilliseconds(1));
            Assert.False(_discovery.IsAsked);
            await Advance(Interval / 3 + TimeSpan.FromMilliseconds(1));
            await Find("a:11211", "b:11211");
        }
        await _router.ExpectNoMsgAsync(TimeSpan.Zero);
        Assert.Empty(_log.All);
    }

    [Fact]
    public async Task Other_servers_are_the_routers_to_take_over()
    {
        await Find("a:11211", "c:11211*2");
        Assert.Equal(["a:11211", "c:11211*2"], (await _router.ExpectMsgAsync<ControlProtocol.SetTopology>()).Servers);
    }

    [Fact]
    public async Task A_failure_is_followed_by_pauses_that_double_and_two_log_lines_in_all()
    {
        await Fail("no answer");
        foreach (var pause in new[] { 1, 2, 4, 8, 16, 30, 30 })
        {
            await Advance(TimeSpan.FromSeconds(pause) - TimeSpan.FromMilliseconds(1));
            Assert.False(_discovery.IsAsked);
            await Advance(TimeSpan.FromSeconds(pause) / 3 + TimeSpan.FromMilliseconds(1));
            await Fail("no answer");
        }
        await Settled(_actor);
        await Advance(Interval * 2);
        await Find("a:11211", "b:11211");
        Assert.Equal([22, 23], _log.All.Select(line => line.Id));
        await _router.ExpectNoMsgAsync(TimeSpan.Zero);
    }

    [Fact]
    public async Task A_lost_server_is_asked_about_soon_however_many_are_lost()
    {
        await Find("a:11211", "b:11211");
        for (var i = 0; i < 20; i++) Sys.EventStream.Publish(new ServerEvent.Suspected(Pool.Name, "a:11211", default, 1, "gone"));
        Sys.EventStream.Publish(new ServerEvent.Ejected(Pool.Name, "a:11211", default, 1, "gone"));
        await Settled(_actor);
        await Advance(First - TimeSpan.FromMilliseconds(1));
        Assert.False(_discovery.IsAsked);
        await Advance(First / 3 + TimeSpan.FromMilliseconds(1));
        await Find("a:11211", "b:11211");
        Assert.False(_discovery.IsAsked);
        await Advance(First * 2 * 4 / 3); // Not found elsewhere yet: asked again, at growing pauses.
        await Find("a:11211", "b:11211");
    }

    [Fact]
    public async Task Losses_of_other_caches_are_not_its_business()
    {
        await Find("a:11211", "b:11211");
        Sys.EventStream.Publish(new ServerEvent.Suspected("other", "a:11211", default, 1, "gone"));
        await Settled(_actor);
        await Advance(Interval - TimeSpan.FromMilliseconds(1));
        Assert.False(_discovery.IsAsked);
    }

    [Fact]
    public async Task Nothing_found_is_said_and_an_answer_that_is_long_in_coming_is_not_waited_for()
    {
        var question = await _discovery.NextAsync();
        await Advance(_options.ConnectTimeout);
        Assert.Contains("500 ms", (await _router.ExpectMsgAsync<ServersNotFound>()).Why, StringComparison.Ordinal);
        question.Fail("no such name");
        Assert.Equal("no such name", (await _router.ExpectMsgAsync<ServersNotFound>()).Why);
    }

    [Fact]
    public async Task An_answer_that_is_a_defect_of_ours_is_a_failure_like_any_other()
    {
        (await _discovery.NextAsync()).Answer.SetException(new InvalidOperationException("a defect"));
        Assert.Contains("a defect", (await _router.ExpectMsgAsync<ServersNotFound>()).Why, StringComparison.Ordinal);
        await Settled(_actor);
        await Advance(First * 4 / 3);
        await Find("a:11211", "b:11211");
    }

    [Fact]
    public async Task An_operator_says_where_to_look_and_is_answered_by_the_router()
    {
        await Find("a:11211", "b:11211");
        var asker = CreateTestProbe();
        _actor.Tell(new ControlProtocol.SetTopology(["other*2"]), asker);
        var question = await _discovery.NextAsync();
        Assert.Equal("other:11211*2", question.Seeds);
        question.Find("c:11211*2");
        Assert.Equal(["c:11211*2"], (await _router.ExpectMsgAsync<ControlProtocol.SetTopology>()).Servers);
        _router.Reply(new ControlReply.Refused("as the router says"));
        Assert.Equal("as the router says", (await asker.ExpectMsgAsync<ControlReply.Refused>()).Why);
    }

    [Fact]
    public async Task An_operator_whose_words_lead_to_the_same_servers_is_told_how_they_are()
    {
        await Find("a:11211", "b:11211");
        _actor.Tell(new ControlProtocol.SetTopology(["other"]), CreateTestProbe());
        await Find("a:11211", "b:11211");
        await _router.ExpectMsgAsync<ControlProtocol.GetStatus>();
    }

    [Fact]
    public async Task An_operator_who_names_where_nobody_is_found_is_refused_and_it_goes_on_looking_there()
    {
        await Find("a:11211", "b:11211");
        var asker = CreateTestProbe();
        _actor.Tell(new ControlProtocol.SetTopology(["other"]), asker);
        (await _discovery.NextAsync()).Fail("other: no such name");
        Assert.Contains("no such name. It is asked again.", (await asker.ExpectMsgAsync<ControlReply.Refused>()).Why, StringComparison.Ordinal);
        await Settled(_actor);
        await Advance(First * 4 / 3);
        Assert.Equal("other:11211", (await _discovery.NextAsync()).Seeds);
    }

    [Fact]
    public async Task An_answer_about_where_nobody_looks_any_more_is_not_taken()
    {
        var before = await _discovery.NextAsync();
        var asker = CreateTestProbe();
        _actor.Tell(new ControlProtocol.SetTopology(["other"]), asker);
        await Settled(_actor);
        before.Find("x:11211");
        (await _discovery.NextAsync()).Find("c:11211");
        Assert.Equal(["c:11211"], (await _router.ExpectMsgAsync<ControlProtocol.SetTopology>()).Servers);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a:0")]
    [InlineData("a,a")]
    [InlineData("unix:/run/memcached.sock")]
    [InlineData("node01@a")]
    public async Task What_servers_cannot_be_found_by_is_refused(string seeds)
    {
        await Find("a:11211", "b:11211");
        var asker = CreateTestProbe();
        _actor.Tell(new ControlProtocol.SetTopology(seeds.Split(',', StringSplitOptions.RemoveEmptyEntries)), asker);
        Assert.Contains("Servers", (await asker.ExpectMsgAsync<ControlReply.Refused>()).Why, StringComparison.Ordinal);
        Assert.False(_discovery.IsAsked);
    }

    [Fact]
    public async Task A_question_under_way_ends_with_it()
    {
        var question = await _discovery.NextAsync();
        await _actor.GracefulStop(Patience.Limit);
        Assert.True(question.Token.IsCancellationRequested);
    }

    private async Task Find(params string[] servers)
    {
        var question = await _discovery.NextAsync();
        await Settled(_actor); // It waits for the answer now, and has it in hand when that is given.
        question.Find(servers);
        await Settled(_actor);
    }

    private async Task Fail(string trouble)
    {
        var question = await _discovery.NextAsync();
        await Settled(_actor);
        question.Fail(trouble, "a:11211", "b:11211");
        await Settled(_actor);
    }

    private async Task Advance(TimeSpan by)
    {
        Clock.Advance(by);
        await Settled(_actor);
    }
}
