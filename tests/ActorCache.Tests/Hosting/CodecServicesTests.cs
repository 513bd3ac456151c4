using System.Buffers;
using Microsoft.Extensions.DependencyInjection;

namespace ActorCache.Tests;

/// <summary>Serializers and compressors out of services: a cache's own first.</summary>
public class CodecServicesTests
{
    private readonly ServiceCollection _services = new();

    [Fact]
    public void A_keyed_serializer_is_that_caches_and_one_without_a_key_everybody_elses()
    {
        var (all, mine, inCode) = (new Serializer(), new Serializer(), new Serializer());
        _services.AddSingleton<ICacheSerializer>(all).AddKeyedSingleton<ICacheSerializer>("orders", mine);
        Assert.Same(all, Configured("").Serializer);
        Assert.Same(all, Configured("carts").Serializer);
        Assert.Same(mine, Configured("orders").Serializer);
        Assert.Same(inCode, Configured("orders", inCode).Serializer);
    }

    [Fact]
    public void A_keyed_compressor_takes_the_place_of_one_with_its_number()
    {
        _services.AddSingleton<ICacheCompressor>(new Compressor(8, "a")).AddSingleton<ICacheCompressor>(new Compressor(9, "b"))
            .AddKeyedSingleton<ICacheCompressor>("orders", new Compressor(8, "o"));
        Assert.Equal(["a", "b"], Configured("").Compressors.Select(one => one.Name));
        Assert.Equal(["a", "b"], Configured("carts").Compressors.Select(one => one.Name));
        Assert.Equal(["o", "b"], Configured("orders").Compressors.Select(one => one.Name));
    }

    private ActorCacheOptions Configured(string name, ICacheSerializer? inCode = null)
    {
        using var provider = _services.BuildServiceProvider();
        var options = new ActorCacheOptions { Serializer = inCode };
        new CodecServices(provider).PostConfigure(name, options);
        return options;
    }

    private sealed class Serializer : ICacheSerializer
    {
        public int Id => 8;

        public void Serialize<T>(T value, IBufferWriter<byte> output) => throw new NotSupportedException();

        public T Deserialize<T>(ReadOnlySpan<byte> bytes) => throw new NotSupportedException();
    }

    private sealed class Compressor(int id, string name) : ICacheCompressor
    {
        public int Id => id;

        public string Name => name;

        public void Compress(ReadOnlySpan<byte> bytes, IBufferWriter<byte> output) => throw new NotSupportedException();

        public void Decompress(ReadOnlySpan<byte> bytes, IBufferWriter<byte> output) => throw new NotSupportedException();
    }
}
