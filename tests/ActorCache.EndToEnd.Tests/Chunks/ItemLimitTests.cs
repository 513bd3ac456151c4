using ActorCache.EmbeddedServer;
using ActorCache.TestServers;

namespace ActorCache.EndToEnd.Tests.Chunks;

/// <summary>What a server takes is what it says at the handshake: less than MaxValueBytes is refused, or is the length of the parts.</summary>
public sealed class ItemLimitTests
{
    private const int Limit = 1 << 19;

    public static TheoryData<ServerKind> Kinds => [ServerKind.Embedded, ServerKind.Memcached];

    [Theory, MemberData(nameof(Kinds))]
    public async Task A_set_of_more_than_the_server_takes_is_not_sent_and_deletes_the_older_value(ServerKind kind)
    {
        using var server = Start(kind, out var address);
        await using var cache = await OneCache.StartAsync(address);
        Assert.True((await cache.Cache.SetAsync("key", "older")).IsStored);
        var stored = await cache.Cache.SetAsync("key", new byte[Limit + 1]);
        Assert.Equal((CacheOutcome.TooLarge, address, false), (stored.Outcome, stored.Server, stored.MayHaveBeenApplied));
        Assert.Equal(CacheOutcome.Miss, (await cache.Cache.GetAsync<string>("key")).Outcome);
        // Had it been sent, the server would have counted it.
        Assert.Equal("0", await StatAsync(address, "store_too_large"));
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Parts_are_as_long_as_the_server_takes(ServerKind kind)
    {
        using var server = Start(kind, out var address);
        await using var cache = await OneCache.StartAsync(address, options => options.LargeValues = LargeValues.Chunk);
        foreach (var length in new[] { Limit - 512, Limit - 511, Limit, 1_000_000, 3_000_000 })
        {
            var value = new byte[length];
            new Random(length).NextBytes(value);
            Assert.Equal(CacheOutcome.Stored, (await cache.Cache.SetAsync("key", value)).Outcome);
            Assert.Equal(value, (await cache.Cache.GetAsync<byte[]>("key")).Value);
        }
        Assert.Equal("0", await StatAsync(address, "store_too_large"));
    }

    [Fact]
    public async Task What_is_longer_than_the_longest_large_value_is_TooLarge_and_deletes_the_older_one()
    {
        using var server = EmbeddedMemcached.Start();
        await using var cache = await OneCache.StartAsync(server.Address, options =>
        {
            options.LargeValues = LargeValues.Chunk;
            options.MaxLargeValueBytes = 3_000_000;
        });
        Assert.True((await cache.Cache.SetAsync("key", new byte[3_000_000])).IsStored);
        Assert.True((await cache.Cache.GetAsync<byte[]>("key")).IsHit);
        Assert.Equal(CacheOutcome.TooLarge, (await cache.Cache.SetAsync("key", new byte[3_000_001])).Outcome);
        Assert.Equal(CacheOutcome.Miss, (await cache.Cache.GetAsync<byte[]>("key")).Outcome);
    }

    [Fact]
    public async Task A_cache_that_stores_none_in_parts_reads_them_and_no_longer_ones_than_allowed()
    {
        using var server = EmbeddedMemcached.Start();
        await using var writer = await OneCache.StartAsync(server.Address, options => options.LargeValues = LargeValues.Chunk);
        await using var reader = await OneCache.StartAsync(server.Address);
        await using var small = await OneCache.StartAsync(server.Address, options => options.MaxLargeValueBytes = 2_999_999);
        Assert.True((await writer.Cache.SetAsync("key", new byte[3_000_000])).IsStored);
        Assert.Equal(3_000_000, (await reader.Cache.GetAsync<byte[]>("key")).Value!.Length);
        Assert.Equal(CacheOutcome.Miss, (await small.Cache.GetAsync<byte[]>("key")).Outcome);
    }

    private static IDisposable Start(ServerKind kind, out string address)
    {
        if (kind == ServerKind.Embedded)
        {
            var embedded = EmbeddedMemcached.Start(new EmbeddedMemcachedOptions { MaxItemSize = Limit });
            address = embedded.Address;
            return embedded;
        }
        var real = MemcachedProcess.Start("-I", $"{Limit}");
        address = real.Address;
        return real;
    }

    private static async Task<string> StatAsync(string address, string name)
    {
        using var client = new System.Net.Sockets.TcpClient();
        await client.ConnectAsync(System.Net.IPEndPoint.Parse(address)).Patiently();
        using var reader = new StreamReader(client.GetStream());
        await client.GetStream().WriteAsync("stats\r\n"u8.ToArray());
        while (await reader.ReadLineAsync().Patiently() is { } line && line != "END")
        {
            if (line.StartsWith($"STAT {name} ", StringComparison.Ordinal)) return line.Split(' ')[2];
        }
        throw new InvalidOperationException($"{address} has no {name}.");
    }
}
