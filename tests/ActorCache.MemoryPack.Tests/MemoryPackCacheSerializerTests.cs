using System.Buffers;
using ActorCache.EmbeddedServer;
using MemoryPack;
using Microsoft.Extensions.DependencyInjection;

namespace ActorCache.Tests;

/// <summary>Values by MemoryPack, alone and through a cache.</summary>
public sealed partial class MemoryPackCacheSerializerTests
{
    [MemoryPackable]
    public sealed partial record Person(string Name, int Age, List<string> Tags);

    private static readonly Person Ada = new("Ada Grün", 36, ["a", "b"]);

    [Fact]
    public void A_value_comes_back_as_it_went()
    {
        var serializer = new MemoryPackCacheSerializer();
        var output = new ArrayBufferWriter<byte>();
        serializer.Serialize(Ada, output);
        Assert.Equal(MemoryPackSerializer.Serialize(Ada), output.WrittenSpan.ToArray());
        AreSame(Ada, serializer.Deserialize<Person>(output.WrittenSpan));
    }

    [Fact]
    public void Bytes_behind_a_value_are_refused()
    {
        byte[] stored = [.. MemoryPackSerializer.Serialize(Ada), 1];
        Assert.Throws<CacheValueException>(() => new MemoryPackCacheSerializer().Deserialize<Person>(stored));
    }

    [Fact]
    public void Bytes_that_are_no_value_are_refused()
    {
        var stored = MemoryPackSerializer.Serialize(Ada);
        for (var length = 0; length < stored.Length; length++)
            Assert.ThrowsAny<Exception>(() => new MemoryPackCacheSerializer().Deserialize<Person>(stored.AsSpan(0, length)));
    }

    [Fact]
    public async Task Through_a_cache_it_is_what_the_flags_say_and_JSON_is_read_beside_it()
    {
        await using var server = EmbeddedMemcached.Start();
        await using var json = Services(server).BuildServiceProvider();
        await using var packed = Services(server).AddSingleton<ICacheSerializer, MemoryPackCacheSerializer>().BuildServiceProvider();
        var (old, cache) = (json.GetRequiredService<IActorCache>(), packed.GetRequiredService<IActorCache>());

        Assert.True((await old.SetAsync("old", Ada)).IsStored);
        AreSame(Ada, (await cache.GetAsync<Person>("old")).Value!);

        Assert.True((await cache.SetAsync("new", Ada)).IsStored);
        AreSame(Ada, (await cache.GetAsync<Person>("new")).Value!);
        Assert.Equal(MemoryPackSerializer.Serialize(Ada), (await cache.GetAsync<byte[]>("new")).Value);
        Assert.Contains("serializer 1", (await Assert.ThrowsAsync<CacheValueException>(() => cache.GetAsync<string>("new").AsTask())).Message, StringComparison.Ordinal);
        Assert.Contains("serializer 1", (await Assert.ThrowsAsync<CacheValueException>(() => old.GetAsync<Person>("new").AsTask())).Message, StringComparison.Ordinal);
    }

    private static ServiceCollection Services(EmbeddedMemcached server)
    {
        var services = new ServiceCollection();
        services.AddActorCache($"{server.Address};connect_timeout=5s;read_timeout=5s;operation_timeout=20s");
        return services;
    }

    private static void AreSame(Person expected, Person actual)
    {
        Assert.Equal((expected.Name, expected.Age), (actual.Name, actual.Age));
        Assert.Equal(expected.Tags, actual.Tags);
    }
}
