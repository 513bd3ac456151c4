using ActorCache.TestServers;
using Akka.Actor;

namespace ActorCache.EndToEnd.Tests.AskDoor;

/// <summary>Actors ask the gateway for values, and get every kind of answer there is.</summary>
public sealed class CacheProtocolTests
{
    [Theory]
    [InlineData(ServerKind.Embedded)]
    [InlineData(ServerKind.Memcached)]
    public async Task Every_request_of_the_cache_protocol_is_answered(ServerKind kind)
    {
        await using var app = await App.StartAsync(kind);
        byte[] value = [.. Enumerable.Range(0, 256).Select(n => (byte)n)];

        Assert.IsType<GetReply.Miss>(await app.Ask<GetReply>(new CacheProtocol.Get("key")));
        Assert.IsType<StoreReply.NotFound>(await app.Ask<StoreReply>(new CacheProtocol.Touch("key", TimeSpan.FromMinutes(1))));
        Assert.IsType<StoreReply.NotFound>(await app.Ask<StoreReply>(new CacheProtocol.Delete("key")));
        Assert.IsType<CounterReply.NotFound>(await app.Ask<CounterReply>(new CacheProtocol.Increment("counter")));

        var stored = Assert.IsType<StoreReply.Stored>(await app.Ask<StoreReply>(new CacheProtocol.Set("key", value, TimeSpan.FromSeconds(1000))));
        Assert.Equal(("key", app.Cache.Monitor.Explain("key").Owner), (stored.Key, stored.Server));
        var hit = Assert.IsType<GetReply.Hit>(await app.Ask<GetReply>(new CacheProtocol.Get("key")));
        Assert.Equal(value, hit.Value);
        Assert.Equal((stored.Server, false), (hit.Server, hit.FromStandIn));
        Assert.NotEqual(0ul, hit.Cas);
        Assert.InRange((await TextConnection.SecondsLeftAsync(stored.Server, "key"))!.Value, 900, 1000);

        Assert.IsType<StoreReply.Stored>(await app.Ask<StoreReply>(new CacheProtocol.Touch("key", TimeSpan.FromSeconds(5000))));
        Assert.InRange((await TextConnection.SecondsLeftAsync(stored.Server, "key"))!.Value, 4900, 5000);

        Assert.Equal(5ul, Assert.IsType<CounterReply.Counted>(await app.Ask<CounterReply>(new CacheProtocol.Increment("counter", By: 2, Initial: 5))).Value);
        Assert.Equal(7ul, Assert.IsType<CounterReply.Counted>(await app.Ask<CounterReply>(new CacheProtocol.Increment("counter", By: 2))).Value);
        Assert.Equal(CacheOutcome.NotANumber, Assert.IsType<CounterReply.Refused>(await app.Ask<CounterReply>(new CacheProtocol.Increment("key"))).Outcome);
        Assert.Equal(CacheOutcome.TooLarge,
            Assert.IsType<StoreReply.Refused>(await app.Ask<StoreReply>(new CacheProtocol.Set("large", new byte[2 << 20]))).Outcome);

        var many = await app.Ask<GetManyReply>(new CacheProtocol.GetMany(["key", "counter", "absent", "key"]));
        Assert.Equal(["absent", "counter", "key"], many.Replies.Keys.Order());
        Assert.Equal(value, Assert.IsType<GetReply.Hit>(many.Replies["key"]).Value);
        Assert.IsType<GetReply.Miss>(many.Replies["absent"]);
        Assert.Empty((await app.Ask<GetManyReply>(new CacheProtocol.GetMany([]))).Replies);

        Assert.IsType<StoreReply.Stored>(await app.Ask<StoreReply>(new CacheProtocol.Invalidate("key", TimeSpan.FromMinutes(1))));
        Assert.IsType<GetReply.Miss>(await app.Ask<GetReply>(new CacheProtocol.Get("key")));
        await app.Cache.Namespace("users").SetAsync("1", "Ada");
        await app.Cache.StoreAsync("tagged", "value", new StoreOptions { Tags = ["red"] });
        Assert.IsType<StoreReply.Stored>(await app.Ask<StoreReply>(new CacheProtocol.InvalidateNamespace("users")));
        Assert.IsType<StoreReply.Stored>(await app.Ask<StoreReply>(new CacheProtocol.InvalidateTag("red")));
        Assert.Equal(CacheOutcome.Miss, (await app.Cache.Namespace("users").GetAsync<string>("1")).Outcome);
        Assert.IsType<GetReply.Miss>(await app.Ask<GetReply>(new CacheProtocol.Get("tagged")));

        Assert.IsType<StoreReply.Stored>(await app.Ask<StoreReply>(new CacheProtocol.Set("key", value)));
        Assert.IsType<StoreReply.Stored>(await app.Ask<StoreReply>(new CacheProtocol.Delete("key")));
        Assert.IsType<GetReply.Miss>(await app.Ask<GetReply>(new CacheProtocol.Get("key")));
    }

    [Theory]
    [InlineData(ServerKind.Embedded)]
    [InlineData(ServerKind.Memcached)]
    public async Task Without_a_server_every_request_is_answered_Unavailable(ServerKind kind)
    {
        await using var app = await App.StartAsync(kind);
        foreach (var server in app.Servers) server.Kill();
        await app.Log.Next<ServerEvent.NoServerAlive>();

        Assert.Equal(new GetReply.Unavailable("key", CacheOutcome.Unavailable), await app.Ask<GetReply>(new CacheProtocol.Get("key")));
        var refused = new StoreReply.Unavailable("key", CacheOutcome.Unavailable, MayHaveBeenApplied: false);
        Assert.Equal(refused, await app.Ask<StoreReply>(new CacheProtocol.Set("key", "value"u8.ToArray())));
        Assert.Equal(refused, await app.Ask<StoreReply>(new CacheProtocol.Delete("key")));
        Assert.Equal(refused, await app.Ask<StoreReply>(new CacheProtocol.Touch("key", TimeSpan.FromMinutes(1))));
        Assert.Equal(new CounterReply.Unavailable("key", CacheOutcome.Unavailable, MayHaveBeenApplied: false),
            await app.Ask<CounterReply>(new CacheProtocol.Increment("key")));
        Assert.All((await app.Ask<GetManyReply>(new CacheProtocol.GetMany(["a", "b"]))).Replies.Values, reply => Assert.IsType<GetReply.Unavailable>(reply));
    }

    [Fact]
    public async Task A_wrong_argument_is_thrown_by_Ask_and_the_gateway_goes_on()
    {
        await using var app = await App.StartAsync(ServerKind.Embedded);
        await Assert.ThrowsAsync<ArgumentException>(() => app.Ask<GetReply>(new CacheProtocol.Get("b ad")));
        await Assert.ThrowsAsync<ArgumentException>(() => app.Ask<GetReply>(new CacheProtocol.Get("")));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => app.Ask<GetReply>(new CacheProtocol.Get(null!)));
        await Assert.ThrowsAsync<ArgumentException>(() => app.Ask<GetManyReply>(new CacheProtocol.GetMany(["good", "b ad"])));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => app.Ask<GetManyReply>(new CacheProtocol.GetMany(null!)));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => app.Ask<StoreReply>(new CacheProtocol.Set("key", default, TimeSpan.Zero)));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => app.Ask<StoreReply>(new CacheProtocol.Touch("key", TimeSpan.Zero)));
        Assert.IsType<GetReply.Miss>(await app.Ask<GetReply>(new CacheProtocol.Get("key")));
    }

    [Theory]
    [InlineData(ServerKind.Embedded)]
    [InlineData(ServerKind.Memcached)]
    public async Task Many_actors_ask_at_once_while_a_server_dies_and_each_gets_its_own_values(ServerKind kind)
    {
        await using var app = await App.StartAsync(kind);
        var answers = Enumerable.Range(0, 16).Select(n => Asks($"asker:{n}")).ToArray();
        app.Servers[0].Kill();
        await Task.WhenAll(answers).Patiently();

        async Task Asks(string key)
        {
            for (var n = 0; n < 100; n++)
            {
                var value = System.Text.Encoding.UTF8.GetBytes($"{key}|{n}");
                Assert.IsType<StoreReply.Stored>(await app.Ask<StoreReply>(new CacheProtocol.Set(key, value)));
                var reply = await app.Ask<GetReply>(new CacheProtocol.Get(key));
                // Stored on a server that died before it was read: a miss, and never another's value.
                if (reply is GetReply.Hit hit) Assert.Equal(value, hit.Value);
                else Assert.IsType<GetReply.Miss>(reply);
            }
        }
    }
}
