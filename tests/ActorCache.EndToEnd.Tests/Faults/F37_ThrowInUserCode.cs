using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Serialization;
using ActorCache.EmbeddedServer;

namespace ActorCache.EndToEnd.Tests.Faults;

/// <summary>F37: code of the user's throws where we call it: a deserializer, a watcher of events, a buffer, what follows an await.</summary>
public sealed class F37_ThrowInUserCode
{
    [Fact]
    public async Task A_deserializer_that_throws_throws_to_its_own_callers_only()
    {
        const int Callers = 16, Each = 500;
        await using var server = EmbeddedMemcached.Start();
        await using var cache = await OneCache.StartAsync(server.Address);
        await cache.Cache.SetAsync("good", new Unreadable("good"));
        await cache.Cache.SetAsync("bad", new Unreadable("bad"));
        var wrong = new ConcurrentQueue<string>();
        var threw = 0;
        await Task.WhenAll(Enumerable.Range(0, Callers).Select(_ => Task.Run(async () =>
        {
            for (var n = 0; n < Each; n++)
            {
                try
                {
                    var read = await cache.Cache.GetAsync<Unreadable>(n % 10 == 0 ? "bad" : "good");
                    if (n % 10 == 0 || !read.IsHit) wrong.Enqueue($"{n}: {read}");
                }
                catch (InvalidTimeZoneException)
                {
                    Interlocked.Increment(ref threw);
                }
            }
        }))).Patiently();
        Assert.Empty(wrong);
        Assert.Equal(Callers * Each / 10, threw);
        Assert.Equal(1, server.ConnectionCount);
        Assert.DoesNotContain(cache.Log.Events, happened => happened is ServerEvent.Suspected);
    }

    [Fact]
    public async Task A_watcher_that_throws_ends_its_own_watch_and_nobody_elses()
    {
        await using var server = EmbeddedMemcached.Start();
        await using var cache = await OneCache.StartAsync(server.Address);
        var watches = Enumerable.Range(0, 10).Select(_ => WatchAndThrow(cache.Cache.Monitor.WatchAsync())).ToList();
        server.DropConnections();
        await cache.Log.Next<ServerEvent.Suspected>();
        foreach (var watch in watches) await Assert.ThrowsAsync<InvalidTimeZoneException>(() => watch.Patiently());
        await cache.Log.UntilAllServe();
        server.DropConnections();
        await cache.Log.Next<ServerEvent.Suspected>();
        await cache.Log.UntilAllServe();
        Assert.Equal(CacheOutcome.Miss, (await cache.Cache.GetAsync<string>("key")).Outcome);

        static async Task WatchAndThrow(IAsyncEnumerable<ServerEvent> events)
        {
            await foreach (var happened in events) throw new InvalidTimeZoneException(happened.ToString());
        }
    }

    [Fact]
    public async Task What_throws_behind_an_await_leaves_the_connection_and_the_callers_beside_it()
    {
        await using var server = EmbeddedMemcached.Start();
        await using var cache = await OneCache.StartAsync(server.Address);
        var calls = Enumerable.Range(0, 400).Select(async n =>
        {
            var read = await cache.Cache.GetAsync<string>($"key:{n}").ConfigureAwait(false);
            if (n % 4 == 0) throw new InvalidTimeZoneException();
            return read.Outcome;
        }).ToList();
        for (var n = 0; n < calls.Count; n++)
        {
            if (n % 4 == 0) await Assert.ThrowsAsync<InvalidTimeZoneException>(() => calls[n].Patiently());
            else Assert.Equal(CacheOutcome.Miss, await calls[n].Patiently());
        }
        Assert.DoesNotContain(cache.Log.Events, happened => happened is ServerEvent.Suspected);
    }

    [JsonConverter(typeof(UnreadableConverter))]
    internal sealed record Unreadable(string Text);

    private sealed class UnreadableConverter : JsonConverter<Unreadable>
    {
        public override Unreadable Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.GetString() == "bad" ? throw new InvalidTimeZoneException() : new Unreadable("read");

        public override void Write(Utf8JsonWriter writer, Unreadable value, JsonSerializerOptions options) => writer.WriteStringValue(value.Text);
    }
}
