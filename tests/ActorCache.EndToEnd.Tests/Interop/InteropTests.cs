using System.Security.Cryptography;
using ActorCache.TestServers;

namespace ActorCache.EndToEnd.Tests.Interop;

/// <summary>
/// Values go to and fro between this client and those of other languages, over one real memcached: a string, an integer, bytes are to the
/// others what they are here, and theirs are read here, compressed ones too.
/// </summary>
public sealed class InteropTests : IDisposable
{
    private static readonly string Long = string.Concat(Enumerable.Repeat("hello world ", 400));
    private readonly MemcachedProcess _server = MemcachedProcess.Start();

    public sealed record Person(string Name, int Age);

    public void Dispose() => _server.Dispose();

    [Theory]
    [InlineData("pymemcache_client.py")]
    [InlineData("pylibmc_client.py")]
    public async Task Python_reads_what_is_written_here(string script)
    {
        await using var cache = await StartAsync(FlagConvention.Python);
        await Write(cache.Cache);
        Assert.Equal(
            [
                "net:text=str:Grün 緑", "net:empty=str:", "net:int=int:-42", "net:large=int:9223372036854775807", "net:huge=str:18446744073709551615",
                "net:bytes=bytes:000d0aff", "net:json=str:{\"Name\":\"Ada\",\"Age\":36}",
            ],
            await Script.RunAsync(script, _server.Port, "read", "net:text", "net:empty", "net:int", "net:large", "net:huge", "net:bytes", "net:json"));
        Assert.Equal(["12"], await Script.RunAsync(script, _server.Port, "count", "net:counter"));
        Assert.Equal(13ul, (await cache.Cache.IncrementAsync("net:counter")).Value);
    }

    [Fact]
    public async Task Pylibmc_reads_what_is_compressed_here()
    {
        await using var cache = await StartAsync(FlagConvention.Python, "Deflate");
        Assert.True((await cache.Cache.SetAsync("net:text", Long)).IsStored);
        Assert.True((await cache.Cache.SetAsync("net:bytes", new byte[5000])).IsStored);
        Assert.Equal(
            [$"net:text=str:{Long}", $"net:bytes=bytes:{new string('0', 10_000)}"],
            await Script.RunAsync("pylibmc_client.py", _server.Port, "read", "net:text", "net:bytes"));
    }

    [Theory]
    [InlineData("pymemcache_client.py")]
    [InlineData("pylibmc_client.py")]
    public async Task What_Python_writes_is_read_here(string script)
    {
        await Script.RunAsync(script, _server.Port, "write");
        await using var cache = await StartAsync(FlagConvention.Python);
        Assert.Equal("Grün 緑", (await cache.Cache.GetAsync<string>("py:text")).Value);
        Assert.Equal("", (await cache.Cache.GetAsync<string>("py:empty")).Value);
        Assert.Equal(-42, (await cache.Cache.GetAsync<int>("py:int")).Value);
        Assert.Equal(long.MaxValue, (await cache.Cache.GetAsync<long>("py:large")).Value);
        Assert.Equal([0, 13, 10, 255], (await cache.Cache.GetAsync<byte[]>("py:bytes")).Value!);
        var refused = await Assert.ThrowsAsync<CacheValueException>(() => cache.Cache.GetAsync<List<int>>("py:list").AsTask());
        Assert.StartsWith("The value was pickled by Python", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_pylibmc_compresses_is_read_here()
    {
        await Script.RunAsync("pylibmc_client.py", _server.Port, "write");
        await using var cache = await StartAsync(FlagConvention.Python);
        Assert.Equal(Long, (await cache.Cache.GetAsync<string>("py:compressed-text")).Value);
        Assert.Equal(Long, (await cache.Cache.GetAsync<string>("py:compressed-bytes")).Value);
    }

    [Theory]
    [InlineData("None")]
    [InlineData("Deflate")]
    public async Task PHP_reads_what_is_written_here(string compression)
    {
        await using var cache = await StartAsync(FlagConvention.Php, compression);
        await Write(cache.Cache);
        Assert.True((await cache.Cache.SetAsync("net:double", 1.5)).IsStored);
        Assert.True((await cache.Cache.SetAsync("net:true", true)).IsStored);
        Assert.True((await cache.Cache.SetAsync("net:long-json", new Person(Long, 36))).IsStored);
        Assert.Equal(
            [
                "net:text=string:Grün 緑", "net:empty=string:", "net:int=integer:-42", "net:large=integer:9223372036854775807",
                "net:huge=string:18446744073709551615", "net:json=object:{\"Name\":\"Ada\",\"Age\":36}", $"net:long=string:{Long}",
                "net:double=double:1.5", "net:true=boolean:true", $"net:long-json=object:{{\"Name\":\"{Long}\",\"Age\":36}}",
            ],
            await Script.RunAsync("php_memcached_client.php", _server.Port, "read",
                "net:text", "net:empty", "net:int", "net:large", "net:huge", "net:json", "net:long", "net:double", "net:true", "net:long-json"));
        Assert.Equal(["12"], await Script.RunAsync("php_memcached_client.php", _server.Port, "count", "net:counter"));
        Assert.Equal(13ul, (await cache.Cache.IncrementAsync("net:counter")).Value);
    }

    [Fact]
    public async Task What_PHP_writes_is_read_here()
    {
        await Script.RunAsync("php_memcached_client.php", _server.Port, "write");
        await using var cache = await StartAsync(FlagConvention.Php);
        Assert.Equal("Grün 緑", (await cache.Cache.GetAsync<string>("php:text")).Value);
        Assert.Equal("", (await cache.Cache.GetAsync<string>("php:empty")).Value);
        Assert.Equal(-42, (await cache.Cache.GetAsync<int>("php:int")).Value);
        Assert.Equal(long.MaxValue, (await cache.Cache.GetAsync<long>("php:large")).Value);
        Assert.Equal(1.5, (await cache.Cache.GetAsync<double>("php:double")).Value);
        Assert.True((await cache.Cache.GetAsync<bool>("php:true")).Value);
        Assert.False((await cache.Cache.GetAsync<bool?>("php:false")).Value);
        Assert.Equal(Long, (await cache.Cache.GetAsync<string>("php:fastlz")).Value);
        Assert.Equal(Long, (await cache.Cache.GetAsync<string>("php:zlib")).Value);
        Assert.Equal(new Person("Ada", 36), (await cache.Cache.GetAsync<Person>("php:json")).Value);
        Assert.Equal(4000, (await cache.Cache.GetAsync<Person>("php:zlib-json")).Value!.Name.Length);
        foreach (var (key, by) in new[] { ("php:serialized", "serialize"), ("php:igbinary", "igbinary"), ("php:msgpack", "msgpack") })
        {
            var refused = await Assert.ThrowsAsync<CacheValueException>(() => cache.Cache.GetAsync<Dictionary<string, int>>(key).AsTask());
            Assert.StartsWith($"The value was serialized by PHP ({by})", refused.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Whatever_PHP_makes_of_a_text_with_FastLZ_is_read_here()
    {
        await Script.RunAsync("php_memcached_client.php", _server.Port, "write-many");
        await using var cache = await StartAsync(FlagConvention.Php);
        for (var n = 0; n < 60; n++)
        {
            var text = (await cache.Cache.GetAsync<byte[]>($"php:many:{n}")).Value!;
            Assert.Equal((await cache.Cache.GetAsync<string>($"php:many:{n}:sha256")).Value, Convert.ToHexStringLower(SHA256.HashData(text)));
        }
        Assert.Equal(60, await CompressedAsync());

        // That most of them came compressed is said by the flags, or the test would show little.
        async Task<int> CompressedAsync()
        {
            await using var plain = await StartAsync(FlagConvention.Plain);
            var shorter = 0;
            for (var n = 0; n < 60; n++)
            {
                var (stored, read) = ((await plain.Cache.GetAsync<byte[]>($"php:many:{n}")).Value!, (await cache.Cache.GetAsync<byte[]>($"php:many:{n}")).Value!);
                if (stored.Length < read.Length) shorter++;
            }
            return shorter;
        }
    }

    private static async Task Write(IActorCache cache)
    {
        Assert.True((await cache.SetAsync("net:text", "Grün 緑")).IsStored);
        Assert.True((await cache.SetAsync("net:empty", "")).IsStored);
        Assert.True((await cache.SetAsync("net:int", -42)).IsStored);
        Assert.True((await cache.SetAsync("net:large", long.MaxValue)).IsStored);
        Assert.True((await cache.SetAsync("net:huge", ulong.MaxValue)).IsStored);
        Assert.True((await cache.SetAsync("net:bytes", (byte[])[0, 13, 10, 255])).IsStored);
        Assert.True((await cache.SetAsync("net:json", new Person("Ada", 36))).IsStored);
        Assert.True((await cache.SetAsync("net:long", Long)).IsStored);
        Assert.True((await cache.SetAsync("net:counter", 7)).IsStored);
    }

    private Task<OneCache> StartAsync(FlagConvention convention, string compression = "None") => OneCache.StartAsync(_server.Address, options =>
    {
        options.FlagConvention = convention;
        options.Compression = compression;
        options.CompressionThreshold = 1000;
    });
}
