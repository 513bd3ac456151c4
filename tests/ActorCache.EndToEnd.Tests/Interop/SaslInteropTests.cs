using ActorCache.TestServers;

namespace ActorCache.EndToEnd.Tests.Interop;

/// <summary>In the binary dialect, over a memcached that demands SASL, another client and this one find each other's values.</summary>
public sealed class SaslInteropTests
{
    [Fact]
    public async Task Pylibmc_and_this_client_read_count_and_write_the_same()
    {
        using var server = SaslMemcached.Start("ada", "s3cret");
        await using var cache = await OneCache.StartAsync(server.Address, options =>
            (options.Dialect, options.Username, options.Password, options.FlagConvention) = (Dialect.Binary, "ada", "s3cret", FlagConvention.Python));
        Assert.True((await cache.Cache.SetAsync("net:text", "Grün 緑")).IsStored);
        Assert.Equal(7ul, (await cache.Cache.IncrementAsync("net:counter", initial: 7)).Value);

        var port = int.Parse(server.Address.Split(':')[1], System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal(["net:text=Grün 緑", "net:counter=12"], await Script.RunAsync("pylibmc_sasl_client.py", port, "ada", "s3cret"));

        Assert.Equal("Grün 緑", (await cache.Cache.GetAsync<string>("py:text")).Value);
        Assert.Equal(-42, (await cache.Cache.GetAsync<int>("py:int")).Value);
        Assert.Equal(13ul, (await cache.Cache.IncrementAsync("net:counter")).Value);
    }
}
