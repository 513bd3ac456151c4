using System.Buffers;
using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Serialization;
using ActorCache.EmbeddedServer;

namespace ActorCache.EndToEnd.Tests.Faults;

/// <summary>F36: a value throws while it is turned into bytes, before the first byte or in the middle.</summary>
public sealed class F36_ThrowWhileEncoding
{
    [Fact]
    public async Task Of_thousands_one_percent_throws_to_its_caller_and_the_others_get_their_own()
    {
        const int Callers = 16, Each = 1000;
        await using var server = EmbeddedMemcached.Start();
        await using var cache = await OneCache.StartAsync(server.Address);
        var wrong = new ConcurrentQueue<string>();
        var threw = 0;
        await Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => Task.Run(async () =>
        {
            for (var n = 0; n < Each; n++)
            {
                var key = $"key:{caller}:{n % 50}";
                try
                {
                    if (n % 100 == 7) await cache.Cache.SetAsync(key, new Brittle("broken"));
                    else if (n % 100 == 57) await cache.Cache.SetRawAsync(key, new ReadOnlySequence<byte>(BrittleMemory.Half));
                    else if (n % 2 == 0) await cache.Cache.SetAsync(key, new Brittle(key));
                    else await ReadAsync($"key:{caller}:{(n - 1) % 50}");
                }
                catch (NotSupportedException)
                {
                    Interlocked.Increment(ref threw);
                }
            }
        }))).Patiently();
        Assert.Empty(wrong);
        Assert.Equal(Callers * Each / 50, threw);
        Assert.Equal(1, server.ConnectionCount);
        Assert.DoesNotContain(cache.Log.Events, happened => happened is ServerEvent.Suspected);

        async Task ReadAsync(string key)
        {
            var read = await cache.Cache.GetAsync<Brittle>(key);
            if (read.Value?.Text != key) wrong.Enqueue($"{key} got {read}");
        }
    }

    [Fact]
    public async Task A_batch_with_one_value_that_throws_sends_nothing()
    {
        await using var server = EmbeddedMemcached.Start();
        await using var cache = await OneCache.StartAsync(server.Address);
        Assert.Throws<NotSupportedException>(() =>
        {
            _ = cache.Cache.SetManyAsync([KeyValuePair.Create("a", new Brittle("good")), KeyValuePair.Create("b", new Brittle("broken"))]).AsTask();
        });
        Assert.Equal(CacheOutcome.Miss, (await cache.Cache.GetAsync<Brittle>("a")).Outcome);
        Assert.Equal(0, server.ItemCount);
    }

    [JsonConverter(typeof(BrittleConverter))]
    internal sealed record Brittle(string Text);

    private sealed class BrittleConverter : JsonConverter<Brittle>
    {
        public override Brittle Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => new(reader.GetString()!);

        public override void Write(Utf8JsonWriter writer, Brittle value, JsonSerializerOptions options)
        {
            // The exception comes when there are bytes already.
            if (value.Text == "broken") writer.WriteStartArray();
            if (value.Text == "broken") throw new NotSupportedException("broken");
            writer.WriteStringValue(value.Text);
        }
    }

    /// <summary>Memory that cannot be read, which shows only when its bytes are written into the request.</summary>
    private sealed class BrittleMemory : MemoryManager<byte>
    {
        public static ReadOnlyMemory<byte> Half => new BrittleMemory().CreateMemory(10);

        public override Span<byte> GetSpan() => throw new NotSupportedException("unreadable");

        public override MemoryHandle Pin(int elementIndex = 0) => throw new NotSupportedException("unreadable");

        public override void Unpin()
        {
        }

        protected override void Dispose(bool disposing)
        {
        }
    }
}
