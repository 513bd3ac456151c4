using System.Text;
using ActorCache.Transport;
using Akka.Actor;

namespace ActorCache.Tests;

/// <summary>The Ask door: every request, every way it can be answered.</summary>
public class GatewayActorTests() : ActorTest
{
    private readonly Pool _pool = new("a");
    private IActorRef? _gateway;

    [Fact]
    public async Task A_get_is_answered_with_the_bytes_a_miss_or_why_there_is_neither()
    {
        Answer("VA 2 c9 O7\r\nhi");
        var hit = await Ask<GetReply.Hit>(new CacheProtocol.Get("key"));
        Assert.Equal(("key", "hi", 9UL, "a:11211", false), (hit.Key, Encoding.UTF8.GetString(hit.Value), hit.Cas, hit.Server, hit.FromStandIn));
        Answer("EN");
        Assert.Equal(new GetReply.Miss("key", "a:11211"), await Ask<GetReply>(new CacheProtocol.Get("key")));
        Answer("SERVER_ERROR busy");
        Assert.Equal(new GetReply.Unavailable("key", CacheOutcome.ServerError), await Ask<GetReply>(new CacheProtocol.Get("key")));
        _pool["a"].Outcome = SendOutcome.Full;
        Assert.Equal(new GetReply.Unavailable("key", CacheOutcome.Overloaded), await Ask<GetReply>(new CacheProtocol.Get("key")));
        _pool["a"].Outcome = SendOutcome.Closed;
        Assert.Equal(new GetReply.Unavailable("key", CacheOutcome.Unavailable), await Ask<GetReply>(new CacheProtocol.Get("key")));
    }

    [Fact]
    public async Task A_get_that_is_never_answered_is_answered_TimedOut()
    {
        var asked = Ask<GetReply>(new CacheProtocol.Get("key"));
        var request = await _pool["a"].NextAsync();
        _pool.Time.Advance(Pool.Budget);
        request.End(AttemptEnd.TimedOut);
        Assert.Equal(new GetReply.Unavailable("key", CacheOutcome.TimedOut), await asked);
    }

    [Fact]
    public async Task Many_gets_are_answered_each_for_itself()
    {
        _pool["a"].Answers = request => request.Key == "x" ? "VA 1 c1\r\nX" : "EN";
        var reply = await Ask<GetManyReply>(new CacheProtocol.GetMany(["x", "y", "x"]));
        Assert.Equal(["x", "y"], reply.Replies.Keys.Order());
        Assert.Equal("X"u8.ToArray(), Assert.IsType<GetReply.Hit>(reply.Replies["x"]).Value);
        Assert.Equal(new GetReply.Miss("y", "a:11211"), reply.Replies["y"]);
        Assert.Empty((await Ask<GetManyReply>(new CacheProtocol.GetMany([]))).Replies);
    }

    [Theory]
    [InlineData("set", "ms key 1 O7 T60\r\nv\r\n")]
    [InlineData("delete", "md key O7\r\n")]
    [InlineData("touch", "mg key k c O7 T60\r\n")]
    [InlineData("invalidate", "md key O7 I T60\r\n")]
    public async Task A_store_a_delete_and_a_touch_are_answered_alike(string kind, string wire)
    {
        ICacheRequest request = kind switch
        {
            "set" => new CacheProtocol.Set("key", "v"u8.ToArray(), TimeSpan.FromMinutes(1)),
            "delete" => new CacheProtocol.Delete("key"),
            "invalidate" => new CacheProtocol.Invalidate("key", TimeSpan.FromMinutes(1)),
            _ => new CacheProtocol.Touch("key", TimeSpan.FromMinutes(1)),
        };
        Answer("HD");
        Assert.Equal(new StoreReply.Stored("key", "a:11211"), await Ask<StoreReply>(request));
        Assert.Equal(wire, _pool["a"].Accepted[^1].Text);
        if (kind != "set")
        {
            Answer(kind == "touch" ? "EN" : "NF");
            Assert.Equal(new StoreReply.NotFound("key", "a:11211"), await Ask<StoreReply>(request));
        }
        Answer("SERVER_ERROR object too large for cache");
        Assert.Equal(new StoreReply.Refused("key", CacheOutcome.TooLarge, "a:11211"), await Ask<StoreReply>(request));
        Answer("SERVER_ERROR out of memory storing object");
        Assert.Equal(new StoreReply.Refused("key", CacheOutcome.ServerError, "a:11211"), await Ask<StoreReply>(request));
        _pool["a"].Outcome = SendOutcome.Full;
        Assert.Equal(new StoreReply.Unavailable("key", CacheOutcome.Overloaded, false), await Ask<StoreReply>(request));
        (_pool["a"].Outcome, _pool["a"].Answers) = (null, null);
        var asked = Ask<StoreReply>(request);
        _pool["a"].OnAccepted = null;
        (await Newest()).End(AttemptEnd.Unanswered);
        Assert.Equal(new StoreReply.Unavailable("key", CacheOutcome.Unavailable, true), await asked);
    }

    [Fact]
    public async Task Namespaces_and_tags_are_invalidated_by_counting_up_their_generation()
    {
        Answer("VA 2 O7\r\n42");
        Assert.Equal(new StoreReply.Stored("users", "a:11211"), await Ask<StoreReply>(new CacheProtocol.InvalidateNamespace("users")));
        Assert.StartsWith("ma users~ v O7 D1 N0 J", _pool["a"].Accepted[^1].Text, StringComparison.Ordinal);
        Assert.Equal(new StoreReply.Stored("red", "a:11211"), await Ask<StoreReply>(new CacheProtocol.InvalidateTag("red")));
        Assert.StartsWith("ma ~red v O7 D1 N0 J", _pool["a"].Accepted[^1].Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_count_is_answered_with_the_number_or_why_there_is_none()
    {
        var request = new CacheProtocol.Increment("key", 5, Initial: 7, TimeSpan.FromMinutes(1));
        Answer("VA 2 O7\r\n42");
        Assert.Equal(new CounterReply.Counted("key", 42, "a:11211"), await Ask<CounterReply>(request));
        Assert.Equal("ma key v O7 D5 N60 J7\r\n", _pool["a"].Accepted[^1].Text);
        Answer("NF");
        Assert.Equal(new CounterReply.NotFound("key", "a:11211"), await Ask<CounterReply>(request));
        Answer("CLIENT_ERROR cannot increment or decrement non-numeric value");
        Assert.Equal(new CounterReply.Refused("key", CacheOutcome.NotANumber, "a:11211"), await Ask<CounterReply>(request));
        _pool["a"].Answers = null;
        var asked = Ask<CounterReply>(request);
        (await Newest()).End(AttemptEnd.Unanswered);
        Assert.Equal(new CounterReply.Unavailable("key", CacheOutcome.Unavailable, true), await asked);
    }

    [Fact]
    public async Task A_wrong_argument_is_answered_with_the_failure()
    {
        ICacheRequest[] wrong =
        [
            new CacheProtocol.Get("a b"), new CacheProtocol.Get(null!), new CacheProtocol.GetMany(["x", ""]), new CacheProtocol.GetMany(null!),
            new CacheProtocol.Set("", default), new CacheProtocol.Set("key", default, TimeSpan.Zero), new CacheProtocol.Delete("\r\n"),
            new CacheProtocol.Touch("key", TimeSpan.FromSeconds(-1)), new CacheProtocol.Increment(new string('x', 251)),
            new CacheProtocol.Invalidate("key", TimeSpan.Zero), new CacheProtocol.InvalidateNamespace("a~b"), new CacheProtocol.InvalidateTag(""), new Stranger(),
        ];
        foreach (var request in wrong) Assert.IsType<ArgumentException>(await Refused(request), exactMatch: false);
        Assert.Empty(_pool["a"].Accepted);
    }

    [Fact]
    public async Task After_shutdown_a_request_is_answered_with_the_failure()
    {
        _pool.Routes.Close();
        Assert.IsType<ObjectDisposedException>(await Refused(new CacheProtocol.Get("key")));
    }

    [Fact]
    public async Task A_request_waits_behind_no_other()
    {
        var slow = Ask<GetReply>(new CacheProtocol.Get("slow"));
        var first = await _pool["a"].NextAsync();
        Answer("EN");
        await Ask<GetReply>(new CacheProtocol.Get("quick"));
        Assert.False(slow.IsCompleted);
        first.Answer("EN");
        Assert.Equal("slow", (await slow).Key);
    }

    [Fact]
    public async Task Control_goes_on_to_the_router_in_the_askers_name()
    {
        var router = CreateTestProbe();
        var gateway = Sys.ActorOf(GatewayActor.Props(_pool.Client, router));
        IControlRequest[] requests =
        [
            new ControlProtocol.GetStatus(), new ControlProtocol.Eject("a"), new ControlProtocol.Reinstate("a"), new ControlProtocol.SetTopology(["b"]),
        ];
        foreach (var request in requests)
        {
            gateway.Tell(request, TestActor);
            Assert.Same(request, await router.ExpectMsgAsync<IControlRequest>());
            router.Reply("from the router");
            await ExpectMsgAsync("from the router");
        }
    }

    [Fact]
    public async Task What_is_no_request_is_unhandled()
    {
        var unhandled = CreateTestProbe();
        Sys.EventStream.Subscribe(unhandled, typeof(Akka.Event.UnhandledMessage));
        Gateway.Tell("hello");
        Assert.Equal("hello", (await unhandled.ExpectMsgAsync<Akka.Event.UnhandledMessage>()).Message);
    }

    private IActorRef Gateway => _gateway ??= Sys.ActorOf(GatewayActor.Props(_pool.Client, Sys.DeadLetters));

    private void Answer(string line) => _pool["a"].Answers = _ => line;

    private async Task<Request> Newest()
    {
        while (true)
        {
            var request = await _pool["a"].NextAsync();
            if (request.IsWaiting) return request;
        }
    }

    private Task<T> Ask<T>(object request) => Gateway.Ask<T>(request).Soon();

    private async Task<Exception> Refused(object request) => (await Gateway.Ask<Status.Failure>(request).Soon()).Cause;

    private sealed record Stranger : ICacheRequest;
}
