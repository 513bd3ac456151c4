using System.Net;
using System.Net.Sockets;
using ActorCache.EmbeddedServer;
using ActorCache.TestServers;

namespace ActorCache.EndToEnd.Tests.Failover;

/// <summary>A server that is well and has no room: for connections, or for items.</summary>
public sealed class FullServerTests
{
    [Fact]
    public async Task A_server_without_room_for_a_connection_is_tried_again_until_it_has_some()
    {
        using var server = EmbeddedMemcached.Start(new EmbeddedMemcachedOptions { MaxConnections = 1 });
        var first = await OneCache.StartAsync(server.Address);
        await using var second = await OneCache.StartAsync([server.Address]);
        await second.Log.Next<ServerEvent.Ejected>(server.Address);
        Assert.Equal(CacheOutcome.Unavailable, (await second.Cache.GetAsync<string>("key")).Outcome);
        Assert.Equal(CacheOutcome.Miss, (await first.Cache.GetAsync<string>("key")).Outcome);

        await first.DisposeAsync();
        await second.Log.UntilAllServe();
        Assert.Equal(CacheOutcome.Miss, (await second.Cache.GetAsync<string>("key")).Outcome);
    }

    [Fact]
    public async Task A_real_server_without_room_for_a_connection_is_tried_again_until_it_has_some()
    {
        using var server = MemcachedProcess.Start("-c", "20");
        var others = new List<TcpClient>();
        while (await TakesOneMore(server.Address, others))
        {
        }
        await using var cache = await OneCache.StartAsync([server.Address]);
        var ejected = await cache.Log.Next<ServerEvent.Ejected>(server.Address);
        Assert.StartsWith("HandshakeFailed", ejected.Cause, StringComparison.Ordinal);
        Assert.Equal(CacheOutcome.Unavailable, (await cache.Cache.GetAsync<string>("key")).Outcome);

        foreach (var other in others) other.Dispose();
        await cache.Log.UntilAllServe();
        Assert.Equal(CacheOutcome.Miss, (await cache.Cache.GetAsync<string>("key")).Outcome);
    }

    [Fact]
    public async Task A_real_server_without_memory_says_ServerError_and_goes_on_serving()
    {
        using var server = MemcachedProcess.Start("-m", "2", "-M");
        await using var cache = await OneCache.StartAsync(server.Address);
        var value = new byte[500_000];
        var stored = 0;
        while ((await cache.Cache.SetAsync($"key:{stored}", value)).Outcome == CacheOutcome.Stored) Assert.InRange(++stored, 1, 100);

        Assert.Equal(new StoreResult(CacheOutcome.ServerError, server.Address, MayHaveBeenApplied: false), await cache.Cache.SetAsync("one-more", value));
        Assert.Equal(value, (await cache.Cache.GetAsync<byte[]>("key:0")).Value);
        Assert.True((await cache.Cache.DeleteAsync("key:0")).IsStored);
        Assert.DoesNotContain(cache.Log.Events, happened => happened is ServerEvent.Suspected);
    }

    private static async Task<bool> TakesOneMore(string address, List<TcpClient> others)
    {
        var client = new TcpClient();
        others.Add(client);
        await client.ConnectAsync(IPEndPoint.Parse(address)).Patiently();
        await client.GetStream().WriteAsync("mn\r\n"u8.ToArray());
        using var reader = new StreamReader(client.GetStream(), leaveOpen: true);
        return await reader.ReadLineAsync().Patiently() == "MN";
    }
}
