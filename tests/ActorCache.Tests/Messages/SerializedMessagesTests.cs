using Akka.Actor;

namespace ActorCache.Tests;

/// <summary>
/// With <c>serialize-messages = on</c> every message between actors takes the way it would take between systems: what could not, throws.
/// </summary>
public class SerializedMessagesTests() : ActorTest(hocon: "akka.actor { serialize-messages = on, serialize-creators = off }")
{
    [Fact]
    public async Task Every_request_of_both_protocols_is_answered()
    {
        var events = CreateTestProbe();
        Sys.EventStream.Subscribe(events, typeof(ServerEvent));
        var cache = await RunningCache.StartAsync(Sys, "a");
        cache.Connections["a:11211"].Answers = request => request.Text[..2] switch
        {
            "mg" when request.Text.Contains(" v ", StringComparison.Ordinal) => "VA 5 c7\r\nhello",
            "ma" => "VA 2\r\n42",
            "fl" => "OK",
            "st" => "END",
            "ve" => "VERSION 1.6.18",
            "ms" when request.Text.Contains(" ME", StringComparison.Ordinal) => "NS",
            "ms" when request.Text.Contains(" C", StringComparison.Ordinal) => "EX",
            _ => "HD",
        };
        var gateway = await cache.Runtime.Gateway.Soon();
        await events.ExpectMsgAsync<ServerEvent.Up>();
        Task<T> Ask<T>(object request) => gateway.Ask<T>(request).Soon();

        Assert.Equal("hello"u8.ToArray(), (await Ask<GetReply.Hit>(new CacheProtocol.Get("key"))).Value);
        Assert.Equal(["x", "y"], (await Ask<GetManyReply>(new CacheProtocol.GetMany(["x", "y"]))).Replies.Keys.Order());
        Assert.Equal(new StoreReply.Stored("key", "a:11211"), await Ask<StoreReply>(new CacheProtocol.Set("key", new byte[] { 1 })));
        Assert.Equal("ms key 1 O7\r\n\u0001\r\n", cache.Connections["a:11211"].Accepted[^1].Text);
        Assert.Equal(new StoreReply.Stored("key", "a:11211"), await Ask<StoreReply>(new CacheProtocol.Delete("key")));
        Assert.Equal(new StoreReply.Stored("key", "a:11211"), await Ask<StoreReply>(new CacheProtocol.Touch("key", TimeSpan.FromSeconds(1))));
        Assert.Equal(new StoreReply.Stored("key", "a:11211"), await Ask<StoreReply>(new CacheProtocol.Invalidate("key", TimeSpan.FromSeconds(1))));
        Assert.Equal(new StoreReply.Stored("users", "a:11211"), await Ask<StoreReply>(new CacheProtocol.InvalidateNamespace("users")));
        Assert.Equal(new StoreReply.Stored("red", "a:11211"), await Ask<StoreReply>(new CacheProtocol.InvalidateTag("red")));
        Assert.Equal(new CounterReply.Counted("key", 42, "a:11211"), await Ask<CounterReply>(new CacheProtocol.Increment("key")));

        Assert.Equal(new CounterReply.Counted("key", 42, "a:11211"), await Ask<CounterReply>(new CacheProtocol.Decrement("key")));
        Assert.Equal("hello"u8.ToArray(), (await Ask<GetReply.Hit>(new CacheProtocol.GetAndTouch("key", TimeSpan.FromSeconds(1)))).Value);
        Assert.Equal(new StoreReply.NotStored("key", "a:11211"), await Ask<StoreReply>(new CacheProtocol.Store("key", new byte[] { 1 }, StoreMode.Add)));
        Assert.Equal(new StoreReply.Exists("key", "a:11211"), await Ask<StoreReply>(new CacheProtocol.Store("key", new byte[] { 1 }, Cas: 5)));
        var items = new Dictionary<string, ReadOnlyMemory<byte>> { ["x"] = new byte[] { 1 }, ["y"] = default };
        Assert.All((await Ask<StoreManyReply>(new CacheProtocol.SetMany(items))).Replies, reply => Assert.Equal(new StoreReply.Stored(reply.Key, "a:11211"), reply.Value));
        Assert.Equal(["x", "y"], (await Ask<StoreManyReply>(new CacheProtocol.DeleteMany(["x", "y"]))).Replies.Keys.Order());
        Assert.Equal(CacheOutcome.Stored, (await Ask<FlushResult>(new CacheProtocol.FlushAll())).Servers["a:11211"]);
        Assert.True((await Ask<StatsResult>(new CacheProtocol.Stats(StatsGroup.Items))).IsComplete);
        Assert.Equal(new ServerVersion(CacheOutcome.Hit, "1.6.18"), (await Ask<VersionResult>(new CacheProtocol.Version("a:11211"))).Servers["a:11211"]);

        Assert.Equal("a:11211", (await Ask<ControlReply.Done>(new ControlProtocol.GetStatus())).Status.Servers[0].Name);
        Assert.Equal(ServerState.Down, (await Ask<ControlReply.Done>(new ControlProtocol.Eject("a:11211"))).Status.Servers[0].State);
        await events.ExpectMsgAsync<ServerEvent.Ejected>();
        await events.ExpectMsgAsync<ServerEvent.NoServerAlive>();
        Assert.Equal(new GetReply.Unavailable("key", CacheOutcome.Unavailable), await Ask<GetReply>(new CacheProtocol.Get("key")));
        Assert.Equal(ServerState.Up, (await Ask<ControlReply.Done>(new ControlProtocol.Reinstate("a:11211"))).Status.Servers[0].State);
        await events.ExpectMsgAsync<ServerEvent.Reinstated>();
        Assert.Equal(2, (await Ask<ControlReply.Done>(new ControlProtocol.SetTopology(["a", "b"]))).Status.Servers.Count);
        await events.ExpectMsgAsync<ServerEvent.TopologyChanged>();
        Assert.StartsWith("There is no such server", (await Ask<ControlReply.Refused>(new ControlProtocol.Eject("x"))).Why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Loss_backoff_crash_and_shutdown_need_no_message_that_cannot_travel()
    {
        var cache = await RunningCache.StartAsync(Sys, "a");
        cache.Connections["a:11211"].Die(Transport.AttemptEnd.Unanswered);
        (await cache.Connector.NextAsync()).Refuse();
        var second = (await cache.Connector.NextAsync()).Accept();
        await cache.UntilAsync(table => table.Servers[0].Live == second);
        Sys.ActorSelection("/system/actor-cache/default/router").Tell(new ConnectionReport.AttemptFailed("a:11211", null!));
        second.Die(Transport.AttemptEnd.Unanswered);
        var third = (await cache.Connector.NextAsync()).Accept();
        await cache.UntilAsync(table => table.Servers[0].Live == third);
        await cache.Runtime.ShutDownAsync().Soon();
        Assert.Equal(1, third.Drains);
    }
}
