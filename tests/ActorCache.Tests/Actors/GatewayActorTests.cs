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

    [Fact]
    public async Task A_get_that_touches_is_answered_as_a_get_is()
    {
        Answer("VA 2 c9 O7\r\nhi");
        Assert.Equal("hi"u8.ToArray(), (await Ask<GetReply.Hit>(new CacheProtocol.GetAndTouch("key", TimeSpan.FromMinutes(1)))).Value);
        Assert.Equal("mg key v f k c O7 T60\r\n", _pool["a"].Accepted[^1].Text);
        Answer("EN");
        Assert.Equal(new GetReply.Miss("key", "a:11211"), await Ask<GetReply>(new CacheProtocol.GetAndTouch("key", TimeSpan.FromMinutes(1))));
    }

    [Theory]
    [InlineData(StoreMode.Set, null, "ms key 1 O7 T60\r\nv\r\n")]
    [InlineData(StoreMode.Add, null, "ms key 1 O7 T60 ME\r\nv\r\n")]
    [InlineData(StoreMode.Replace, null, "ms key 1 O7 T60 MR\r\nv\r\n")]
    [InlineData(StoreMode.Append, null, "ms key 1 O7 T60 MA\r\nv\r\n")]
    [InlineData(StoreMode.Prepend, null, "ms key 1 O7 T60 MP\r\nv\r\n")]
    [InlineData(StoreMode.Set, 5ul, "ms key 1 O7 T60 C5\r\nv\r\n")]
    public async Task A_store_has_every_mode_and_every_answer(StoreMode mode, ulong? cas, string wire)
    {
        var request = new CacheProtocol.Store("key", "v"u8.ToArray(), mode, cas, TimeSpan.FromMinutes(1));
        Answer("HD");
        Assert.Equal(new StoreReply.Stored("key", "a:11211"), await Ask<StoreReply>(request));
        Assert.Equal(wire, _pool["a"].Accepted[^1].Text);
        Answer("NS");
        Assert.Equal(new StoreReply.NotStored("key", "a:11211"), await Ask<StoreReply>(request));
        Answer("EX");
        Assert.Equal(new StoreReply.Exists("key", "a:11211"), await Ask<StoreReply>(request));
        Answer("NF");
        Assert.Equal(new StoreReply.NotFound("key", "a:11211"), await Ask<StoreReply>(request));
        Answer("SERVER_ERROR object too large for cache");
        Assert.Equal(new StoreReply.Refused("key", CacheOutcome.TooLarge, "a:11211"), await Ask<StoreReply>(request));
    }

    [Fact]
    public async Task Many_stores_and_many_deletes_are_answered_each_for_itself()
    {
        _pool["a"].Answers = request => request.Key == "x" ? "HD" : "SERVER_ERROR out of memory storing object";
        var items = new Dictionary<string, ReadOnlyMemory<byte>> { ["x"] = "1"u8.ToArray(), ["y"] = "2"u8.ToArray() };
        var replies = (await Ask<StoreManyReply>(new CacheProtocol.SetMany(items, TimeSpan.FromMinutes(1)))).Replies;
        Assert.Equal(new StoreReply.Stored("x", "a:11211"), replies["x"]);
        Assert.Equal(new StoreReply.Refused("y", CacheOutcome.ServerError, "a:11211"), replies["y"]);
        Assert.Equal(["ms x 1 O7 T60\r\n1\r\n", "ms y 1 O7 T60\r\n2\r\n"], _pool["a"].Accepted.Select(request => request.Text).Order());

        _pool["a"].Answers = request => request.Key == "x" ? "HD" : "NF";
        replies = (await Ask<StoreManyReply>(new CacheProtocol.DeleteMany(["x", "y", "x"]))).Replies;
        Assert.Equal(["x", "y"], replies.Keys.Order());
        Assert.Equal(new StoreReply.NotFound("y", "a:11211"), replies["y"]);
        Assert.Empty((await Ask<StoreManyReply>(new CacheProtocol.DeleteMany([]))).Replies);
    }

    [Fact]
    public async Task What_is_asked_of_servers_is_answered_by_each()
    {
        Answer("OK");
        Assert.Equal(CacheOutcome.Stored, (await Ask<FlushResult>(new CacheProtocol.FlushAll(TimeSpan.FromSeconds(5), "a:11211"))).Servers["a:11211"]);
        Assert.Equal("flush_all 5\r\n", _pool["a"].Accepted[^1].Text);
        Answer("END");
        Assert.Equal(StatsGroup.Slabs, (await Ask<StatsResult>(new CacheProtocol.Stats(StatsGroup.Slabs))).Group);
        Assert.Equal("stats slabs\r\n", _pool["a"].Accepted[^1].Text);
        Answer("VERSION 1.6.18");
        Assert.Equal("1.6.18", (await Ask<VersionResult>(new CacheProtocol.Version())).Servers["a:11211"].Version);
        _pool.Lose("a");
        Assert.Equal(CacheOutcome.Unavailable, (await Ask<FlushResult>(new CacheProtocol.FlushAll())).Servers["a:11211"]);
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
        _pool["a"].Outcome = SendOutcome.NotSupported;
        Assert.Equal(new StoreReply.Refused("key", CacheOutcome.NotSupported, "a:11211"), await Ask<StoreReply>(request));
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
        var both = await Ask<StoreManyReply>(new CacheProtocol.InvalidateTags(["red", "blue"]));
        Assert.Equal([new StoreReply.Stored("blue", "a:11211"), new StoreReply.Stored("red", "a:11211")], both.Replies.Values.OrderBy(reply => reply.Key));
    }

    [Theory]
    [InlineData("increment", "ma key v O7 D5 N60 J7\r\n")]
    [InlineData("decrement", "ma key v O7 D5 MD N60 J7\r\n")]
    public async Task A_count_is_answered_with_the_number_or_why_there_is_none(string kind, string wire)
    {
        ICacheRequest request = kind == "increment"
            ? new CacheProtocol.Increment("key", 5, Initial: 7, TimeSpan.FromMinutes(1))
            : new CacheProtocol.Decrement("key", 5, Initial: 7, TimeSpan.FromMinutes(1));
        Answer("VA 2 O7\r\n42");
        Assert.Equal(new CounterReply.Counted("key", 42, "a:11211"), await Ask<CounterReply>(request));
        Assert.Equal(wire, _pool["a"].Accepted[^1].Text);
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
    public async Task Every_request_there_is_is_answered()
    {
        _pool["a"].Answers = request => request.Kind switch
        {
            RequestKind.FlushAll => "OK",
            RequestKind.Stats => "END",
            RequestKind.Version => "VERSION 1.6.18",
            RequestKind.Get => "EN",
            RequestKind.Arithmetic => "VA 1\r\n5",
            _ => "HD",
        };
        foreach (var request in MessageSerializerTests.All.OfType<ICacheRequest>())
            Assert.IsType<IActorCacheMessage>(await Ask<object>(request), exactMatch: false);
    }

    [Fact]
    public async Task A_wrong_argument_is_answered_with_the_failure()
    {
        ICacheRequest[] wrong =
        [
            new CacheProtocol.Get("a b"), new CacheProtocol.Get(null!), new CacheProtocol.GetMany(["x", ""]), new CacheProtocol.GetMany(null!),
            new CacheProtocol.Set("", default), new CacheProtocol.Set("key", default, TimeSpan.Zero), new CacheProtocol.Delete("\r\n"),
            new CacheProtocol.Touch("key", TimeSpan.FromSeconds(-1)), new CacheProtocol.Increment(new string('x', 251)), new Stranger(),
            new CacheProtocol.GetAndTouch("key", TimeSpan.Zero), new CacheProtocol.Decrement("a b"), new CacheProtocol.DeleteMany(["x", "a b"]), new CacheProtocol.DeleteMany(null!),
            new CacheProtocol.Store("key", default, (StoreMode)17), new CacheProtocol.Store("key", default, Cas: 0), new CacheProtocol.Store("a b", default),
            new CacheProtocol.SetMany(null!), new CacheProtocol.SetMany(new Dictionary<string, ReadOnlyMemory<byte>> { ["a b"] = default }),
            new CacheProtocol.FlushAll(TimeSpan.FromTicks(-1)), new CacheProtocol.FlushAll(Server: "nobody"), new CacheProtocol.Stats((StatsGroup)17),
            new CacheProtocol.Stats(Server: "nobody"), new CacheProtocol.Version("nobody"),
            new CacheProtocol.Invalidate("key", TimeSpan.Zero), new CacheProtocol.InvalidateNamespace("a~b"), new CacheProtocol.InvalidateTag(""), new CacheProtocol.InvalidateTags(["red", ""]),
            new CacheProtocol.Store("key", default, Tags: ["a b"]),
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
