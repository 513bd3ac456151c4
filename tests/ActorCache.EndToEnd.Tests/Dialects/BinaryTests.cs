using ActorCache.EmbeddedServer;
using ActorCache.TestServers;

namespace ActorCache.EndToEnd.Tests.Dialects;

/// <summary>Binary is spoken only where it is asked for, and to whoever understands it: what it can do stands in the contract, here it meets those who do not.</summary>
public sealed class BinaryTests
{
    [Fact]
    public async Task A_server_that_understands_both_is_spoken_to_in_text_unless_it_is_asked_for()
    {
        using var server = MemcachedProcess.Start();
        await using var found = await OneCache.StartAsync(server.Address);
        await using var wanted = await OneCache.StartAsync(server.Address, options => options.Dialect = Dialect.Binary);
        Assert.Equal((Dialect.Meta, Dialect.Binary), (found.Cache.Monitor.Current.Servers[0].Dialect, wanted.Cache.Monitor.Current.Servers[0].Dialect));

        // One finds what the other has stored, its version, its flags and its time among it.
        Assert.True((await wanted.Cache.SetAsync("key", new byte[5000], TimeSpan.FromMinutes(1))).IsStored);
        var (here, there) = (await found.Cache.GetAsync<byte[]>("key"), await wanted.Cache.GetAsync<byte[]>("key"));
        Assert.Equal(here.Cas, there.Cas);
        Assert.Equal(here.Value, there.Value);
        Assert.InRange((await TextConnection.SecondsLeftAsync(server.Address, "key"))!.Value, 1, 60);
    }

    [Theory]
    [InlineData(ServerKind.Embedded)]
    [InlineData(ServerKind.Memcached)]
    public async Task A_server_of_text_alone_cannot_be_reached_in_it(ServerKind kind)
    {
        using IDisposable server = kind == ServerKind.Embedded ? EmbeddedMemcached.Start() : MemcachedProcess.Start("-B", "ascii");
        var address = server is EmbeddedMemcached embedded ? embedded.Address : ((MemcachedProcess)server).Address;
        await using var cache = await OneCache.StartAsync([address], options =>
        {
            options.Dialect = Dialect.Binary;
            options.ConnectTimeout = TimeSpan.FromMilliseconds(200); // Each waits for the other to go on.
        });
        await cache.Log.Next<ServerEvent.Ejected>(address);
        Assert.Equal(CacheOutcome.Unavailable, (await cache.Cache.GetAsync<string>("key")).Outcome);
    }

    [Fact]
    public async Task A_flush_that_is_not_allowed_is_no_failed_authentication()
    {
        using var server = MemcachedProcess.Start("-F");
        await using var cache = await OneCache.StartAsync(server.Address, options => options.Dialect = Dialect.Binary);
        Assert.Equal(CacheOutcome.ServerError, (await cache.Cache.FlushAllAsync()).Servers[server.Address]);
        Assert.True((await cache.Cache.SetAsync("key", 1)).IsStored);
        Assert.DoesNotContain(cache.Log.Events, happened => happened is ServerEvent.Suspected or ServerEvent.Rejected);
    }
}
