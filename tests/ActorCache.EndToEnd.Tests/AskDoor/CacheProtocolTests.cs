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
    public async Task Every_way_to_store_and_to_count_has_its_answers(ServerKind kind)
    {
        await using var app = await App.StartAsync(kind);
        Assert.IsType<StoreReply.NotStored>(await Store("key", "a", StoreMode.Replace));
        Assert.IsType<StoreReply.NotStored>(await Store("key", "a", StoreMode.Append));
        Assert.IsType<StoreReply.NotStored>(await Store("key", "a", StoreMode.Prepend));
        Assert.IsType<StoreReply.NotFound>(await Store("key", "a", StoreMode.Set, cas: 5));
        var stored = Assert.IsType<StoreReply.Stored>(await Store("key", "b", StoreMode.Add));
        Assert.InRange((await TextConnection.SecondsLeftAsync(stored.Server, "key"))!.Value, 900, 1000);
        Assert.IsType<StoreReply.NotStored>(await Store("key", "x", StoreMode.Add));
        Assert.IsType<StoreReply.Stored>(await Store("key", "a", StoreMode.Prepend));
        Assert.IsType<StoreReply.Stored>(await Store("key", "c", StoreMode.Append));

        var hit = Assert.IsType<GetReply.Hit>(await app.Ask<GetReply>(new CacheProtocol.GetAndTouch("key", TimeSpan.FromSeconds(5000))));
        Assert.Equal("abc"u8.ToArray(), hit.Value);
        Assert.InRange((await TextConnection.SecondsLeftAsync(hit.Server, "key"))!.Value, 4900, 5000);
        Assert.IsType<GetReply.Miss>(await app.Ask<GetReply>(new CacheProtocol.GetAndTouch("absent", TimeSpan.FromSeconds(1))));

        Assert.IsType<StoreReply.Stored>(await Store("key", "d", StoreMode.Replace));
        Assert.Equal(new StoreReply.Exists("key", stored.Server), await Store("key", "e", StoreMode.Set, hit.Cas));
        var now = Assert.IsType<GetReply.Hit>(await app.Ask<GetReply>(new CacheProtocol.Get("key")));
        Assert.IsType<StoreReply.Stored>(await Store("key", "e", StoreMode.Set, now.Cas));
        Assert.Equal("e"u8.ToArray(), Assert.IsType<GetReply.Hit>(await app.Ask<GetReply>(new CacheProtocol.Get("key"))).Value);

        Assert.IsType<CounterReply.NotFound>(await app.Ask<CounterReply>(new CacheProtocol.Decrement("counter")));
        Assert.Equal(5ul, Assert.IsType<CounterReply.Counted>(await app.Ask<CounterReply>(new CacheProtocol.Decrement("counter", By: 2, Initial: 5))).Value);
        Assert.Equal(3ul, Assert.IsType<CounterReply.Counted>(await app.Ask<CounterReply>(new CacheProtocol.Decrement("counter", By: 2))).Value);
        Assert.Equal(0ul, Assert.IsType<CounterReply.Counted>(await app.Ask<CounterReply>(new CacheProtocol.Decrement("counter", By: ulong.MaxValue))).Value);
        Assert.Equal(CacheOutcome.NotANumber, Assert.IsType<CounterReply.Refused>(await app.Ask<CounterReply>(new CacheProtocol.Decrement("key"))).Outcome);

        Task<StoreReply> Store(string key, string value, StoreMode mode, ulong? cas = null) =>
            app.Ask<StoreReply>(new CacheProtocol.Store(key, System.Text.Encoding.UTF8.GetBytes(value), mode, cas, TimeSpan.FromSeconds(1000)));
    }

    [Theory]
    [InlineData(ServerKind.Embedded)]
    [InlineData(ServerKind.Memcached)]
    public async Task Many_keys_are_stored_and_deleted_each_with_its_own_answer(ServerKind kind)
    {
        await using var app = await App.StartAsync(kind);
        var items = Enumerable.Range(0, 100).ToDictionary(n => $"key:{n}", n => (ReadOnlyMemory<byte>)System.Text.Encoding.UTF8.GetBytes($"{n}"));
        items["large"] = new byte[2 << 20];
        var stored = (await app.Ask<StoreManyReply>(new CacheProtocol.SetMany(items, TimeSpan.FromSeconds(1000)))).Replies;
        Assert.Equal(items.Keys.Order(), stored.Keys.Order());
        Assert.All(stored, reply => Assert.Equal(reply.Key != "large", reply.Value is StoreReply.Stored stored && stored.Server == app.Cache.Monitor.Explain(reply.Key).Owner));
        Assert.Equal(CacheOutcome.TooLarge, Assert.IsType<StoreReply.Refused>(stored["large"]).Outcome);
        Assert.Equal(42, (await app.Cache.GetAsync<int>("key:42")).Value);

        var deleted = (await app.Ask<StoreManyReply>(new CacheProtocol.DeleteMany([.. items.Keys, "key:1"]))).Replies;
        Assert.Equal(items.Keys.Order(), deleted.Keys.Order());
        Assert.All(deleted, reply => Assert.Equal(reply.Key == "large", reply.Value is StoreReply.NotFound));
        Assert.Empty((await app.Ask<StoreManyReply>(new CacheProtocol.SetMany(new Dictionary<string, ReadOnlyMemory<byte>>()))).Replies);
    }

    [Theory]
    [InlineData(ServerKind.Embedded)]
    [InlineData(ServerKind.Memcached)]
    public async Task Servers_are_flushed_and_asked_for_statistics_and_versions(ServerKind kind)
    {
        await using var app = await App.StartAsync(kind);
        var (one, others) = (app.Servers[0].Address, app.Servers.Skip(1).Select(server => server.Address));
        var keys = app.Servers.Select(server => app.KeysOf(server, 1)[0]).ToList();
        foreach (var key in keys) await app.Cache.SetAsync(key, key);

        var stats = await app.Ask<StatsResult>(new CacheProtocol.Stats());
        Assert.Equal((true, 3ul), (stats.IsComplete, stats.Total("curr_items")));
        Assert.Equal("1048576", Assert.Single((await app.Ask<StatsResult>(new CacheProtocol.Stats(StatsGroup.Settings, one))).Servers).Value.Values["item_size_max"]);
        Assert.Equal("1", (await app.Ask<StatsResult>(new CacheProtocol.Stats(StatsGroup.Items))).Servers[one].Values["items:1:number"]);
        Assert.All((await app.Ask<VersionResult>(new CacheProtocol.Version())).Servers.Values, server => Assert.Equal(new ServerVersion(CacheOutcome.Hit, "1.6.18"), server));

        Assert.True((await app.Ask<FlushResult>(new CacheProtocol.FlushAll(TimeSpan.FromSeconds(1000)))).IsComplete);
        Assert.IsType<GetReply.Hit>(await app.Ask<GetReply>(new CacheProtocol.Get(keys[0])));
        Assert.Equal(one, Assert.Single((await app.Ask<FlushResult>(new CacheProtocol.FlushAll(Server: one))).Servers).Key);
        Assert.IsType<GetReply.Miss>(await app.Ask<GetReply>(new CacheProtocol.Get(keys[0])));
        Assert.IsType<GetReply.Hit>(await app.Ask<GetReply>(new CacheProtocol.Get(keys[1])));
        Assert.Equal(others.Append(one).Order(), (await app.Ask<FlushResult>(new CacheProtocol.FlushAll())).Servers.Keys.Order());
        Assert.IsType<GetReply.Miss>(await app.Ask<GetReply>(new CacheProtocol.Get(keys[1])));
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
        Assert.Equal(new CounterReply.Unavailable("key", CacheOutcome.Unavailable, MayHaveBeenApplied: false),
            await app.Ask<CounterReply>(new CacheProtocol.Decrement("key")));
        Assert.Equal(refused, await app.Ask<StoreReply>(new CacheProtocol.Store("key", "value"u8.ToArray(), StoreMode.Add)));
        Assert.Equal(new GetReply.Unavailable("key", CacheOutcome.Unavailable), await app.Ask<GetReply>(new CacheProtocol.GetAndTouch("key", TimeSpan.FromMinutes(1))));
        Assert.All((await app.Ask<GetManyReply>(new CacheProtocol.GetMany(["a", "b"]))).Replies.Values, reply => Assert.IsType<GetReply.Unavailable>(reply));
        Assert.Equal(refused, (await app.Ask<StoreManyReply>(new CacheProtocol.DeleteMany(["key"]))).Replies["key"]);
        var items = new Dictionary<string, ReadOnlyMemory<byte>> { ["key"] = "value"u8.ToArray() };
        Assert.Equal(refused, (await app.Ask<StoreManyReply>(new CacheProtocol.SetMany(items))).Replies["key"]);
        Assert.All((await app.Ask<FlushResult>(new CacheProtocol.FlushAll())).Servers.Values, outcome => Assert.Equal(CacheOutcome.Unavailable, outcome));
        Assert.All((await app.Ask<StatsResult>(new CacheProtocol.Stats())).Servers.Values, server => Assert.Equal(CacheOutcome.Unavailable, server.Outcome));
        Assert.All((await app.Ask<VersionResult>(new CacheProtocol.Version())).Servers.Values, server => Assert.Equal(CacheOutcome.Unavailable, server.Outcome));
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
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => app.Ask<GetReply>(new CacheProtocol.GetAndTouch("key", TimeSpan.Zero)));
        await Assert.ThrowsAsync<ArgumentException>(() => app.Ask<StoreReply>(new CacheProtocol.Store("key", default, Cas: 0)));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => app.Ask<StoreReply>(new CacheProtocol.Store("key", default, (StoreMode)17)));
        await Assert.ThrowsAsync<ArgumentException>(() => app.Ask<StoreManyReply>(new CacheProtocol.DeleteMany(["good", "b ad"])));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => app.Ask<StoreManyReply>(new CacheProtocol.DeleteMany(["good", null!])));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => app.Ask<StoreManyReply>(new CacheProtocol.SetMany(null!)));
        await Assert.ThrowsAsync<ArgumentException>(() => app.Ask<StoreManyReply>(new CacheProtocol.SetMany(new Dictionary<string, ReadOnlyMemory<byte>> { ["b ad"] = default })));
        await Assert.ThrowsAsync<ArgumentException>(() => app.Ask<CounterReply>(new CacheProtocol.Decrement("b ad")));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => app.Ask<FlushResult>(new CacheProtocol.FlushAll(TimeSpan.FromSeconds(-1))));
        await Assert.ThrowsAsync<ArgumentException>(() => app.Ask<FlushResult>(new CacheProtocol.FlushAll(Server: "nobody:1")));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => app.Ask<StatsResult>(new CacheProtocol.Stats((StatsGroup)17)));
        await Assert.ThrowsAsync<ArgumentException>(() => app.Ask<StatsResult>(new CacheProtocol.Stats(Server: "nobody:1")));
        await Assert.ThrowsAsync<ArgumentException>(() => app.Ask<VersionResult>(new CacheProtocol.Version("nobody:1")));
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
