using System.Net;
using System.Net.Sockets;
using ActorCache.EmbeddedServer;
using ActorCache.TestServers;

namespace ActorCache.EndToEnd.Tests.Faults;

/// <summary>F28: a server that is well and has no room for another connection: it says so before it is asked, and hangs up.</summary>
public sealed class F28_ConnectionLimit
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

    // It says so in text, whatever dialect the connection was to be for.
    [Theory]
    [InlineData(Dialect.Auto)]
    [InlineData(Dialect.Binary)]
    public async Task A_real_server_without_room_for_a_connection_is_tried_again_until_it_has_some(Dialect dialect)
    {
        using var server = MemcachedProcess.Start("-c", "20");
        var others = new List<TcpClient>();
        while (await TakesOneMore(server.Address, others))
        {
        }
        await using var cache = await OneCache.StartAsync([server.Address], options => options.Dialect = dialect);
        var ejected = await cache.Log.Next<ServerEvent.Ejected>(server.Address);
        Assert.StartsWith("HandshakeFailed", ejected.Cause, StringComparison.Ordinal);
        Assert.Equal(CacheOutcome.Unavailable, (await cache.Cache.GetAsync<string>("key")).Outcome);

        foreach (var other in others) other.Dispose();
        await cache.Log.UntilAllServe();
        Assert.Equal(CacheOutcome.Miss, (await cache.Cache.GetAsync<string>("key")).Outcome);
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
