using System.Buffers;
using ActorCache.EmbeddedServer;
using CsCheck;
using Microsoft.Extensions.DependencyInjection;

namespace ActorCache.Tests;

/// <summary>Values by Zstandard, alone and through a cache.</summary>
public sealed class ZstandardCompressorTests
{
    private static readonly ZstandardCompressor Zstandard = new();

    [Fact]
    public void What_is_compressed_comes_back() => Gen.Byte.Array[0, 5000].Sample(bytes => Back(Compress(bytes)).AsSpan().SequenceEqual(bytes), iter: 300);

    [Fact]
    public void What_is_cut_off_or_appended_to_is_refused()
    {
        var compressed = Compress(new byte[5000]);
        for (var length = 1; length < compressed.Length; length++)
            Assert.Throws<CacheValueException>(() => Back(compressed[..length]));
        Assert.Throws<CacheValueException>(() => Back([.. compressed, 1]));
    }

    [Fact]
    public void Any_bytes_are_refused_or_read_and_nothing_else() => Gen.Byte.Array[1, 100].Sample(bytes =>
    {
        try
        {
            Back(bytes);
        }
        catch (CacheValueException)
        {
        }
    }, iter: 1000);

    [Theory]
    [InlineData(23)]
    [InlineData(int.MaxValue)]
    public void A_level_that_does_not_exist_is_refused(int level) => Assert.Throws<ArgumentOutOfRangeException>(() => new ZstandardCompressor(level));

    [Fact]
    public async Task Through_a_cache_it_is_named_in_the_options_and_read_by_whoever_has_it()
    {
        await using var server = EmbeddedMemcached.Start();
        await using var writer = Services(server, ";compression=zstandard;max_decompressed_bytes=100000", with: true);
        await using var reader = Services(server, ";max_decompressed_bytes=99999", with: true);
        await using var stranger = Services(server, "", with: false);
        var value = new string('x', 100_000);
        Assert.True((await Cache(writer).SetAsync("key", value)).IsStored);
        Assert.Equal(value, (await Cache(writer).GetAsync<string>("key")).Value);
        Assert.Contains("99999 bytes", (await Assert.ThrowsAsync<CacheValueException>(() => Cache(reader).GetAsync<string>("key").AsTask())).Message, StringComparison.Ordinal);
        Assert.Contains("compressor 3", (await Assert.ThrowsAsync<CacheValueException>(() => Cache(stranger).GetAsync<string>("key").AsTask())).Message, StringComparison.Ordinal);

        static IActorCache Cache(ServiceProvider services) => services.GetRequiredService<IActorCache>();
    }

    private static ServiceProvider Services(EmbeddedMemcached server, string further, bool with)
    {
        var services = new ServiceCollection();
        if (with) services.AddSingleton<ICacheCompressor, ZstandardCompressor>();
        services.AddActorCache($"{server.Address};connect_timeout=5s;read_timeout=5s;operation_timeout=20s{further}");
        return services.BuildServiceProvider();
    }

    private static byte[] Compress(byte[] bytes)
    {
        var output = new ArrayBufferWriter<byte>();
        Zstandard.Compress(bytes, output);
        return output.WrittenSpan.ToArray();
    }

    private static byte[] Back(byte[] compressed)
    {
        var output = new ArrayBufferWriter<byte>();
        Zstandard.Decompress(compressed, output);
        return output.WrittenSpan.ToArray();
    }
}
