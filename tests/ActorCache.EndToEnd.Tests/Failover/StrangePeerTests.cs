using System.Diagnostics;
using ActorCache.EmbeddedServer;

namespace ActorCache.EndToEnd.Tests.Failover;

/// <summary>A port that accepts is no proof of a server behind it.</summary>
public sealed class StrangePeerTests
{
    // Pauses of 40, 80, ... 640 ms; jitter may make each a third shorter, and a tenth is for timers that tick coarsely.
    private static readonly TimeSpan FivePauses = 0.9 * 2 / 3 * TimeSpan.FromMilliseconds(40 + 80 + 160 + 320 + 640);

    [Fact]
    public async Task A_peer_that_accepts_and_closes_at_once_is_dialled_less_and_less_often()
    {
        using var peer = StrangePeer.ThatCloses();
        using var server = EmbeddedMemcached.Start();
        var begun = Stopwatch.GetTimestamp();
        await using var cache = await OneCache.StartAsync([peer.Address, server.Address], options =>
        {
            Doubling(options);
            options.ServerMaxRetry = 3;
        });
        await cache.Log.Next<ServerEvent.Suspected>(peer.Address);
        await cache.Log.Next<ServerEvent.Ejected>(peer.Address);
        foreach (var key in cache.KeysOf(peer.Address, 20)) Assert.Equal(server.Address, (await cache.Cache.SetAsync(key, "value")).Server);

        for (var dial = 0; dial < 6; dial++) await peer.Connects.ReadAsync().Patiently();
        Assert.InRange(Stopwatch.GetElapsedTime(begun), FivePauses, Patience.Limit);
    }

    [Fact]
    public async Task A_server_that_closes_each_connection_soon_after_its_handshake_is_dialled_less_and_less_often_too()
    {
        using var server = EmbeddedMemcached.Start();
        await using var cache = await OneCache.StartAsync(server.Address, Doubling);
        var begun = Stopwatch.GetTimestamp();
        for (var loss = 0; loss < 5; loss++)
        {
            server.DropConnections();
            await cache.Log.Next<ServerEvent.Suspected>(server.Address);
            await cache.Log.UntilAllServe();
        }
        Assert.InRange(Stopwatch.GetElapsedTime(begun), FivePauses, Patience.Limit);
    }

    [Fact]
    public async Task A_peer_that_accepts_and_never_answers_is_given_up_after_the_connect_timeout()
    {
        using var peer = StrangePeer.ThatSaysNothing();
        using var server = EmbeddedMemcached.Start();
        await using var cache = await OneCache.StartAsync([peer.Address, server.Address], options => options.ConnectTimeout = TimeSpan.FromSeconds(1));

        // The first calls wait for the dial, and then go on to the server that is there.
        var calls = cache.KeysOf(peer.Address, 20).Select(key => cache.Cache.SetAsync(key, key).AsTask()).ToList();
        foreach (var stored in await Task.WhenAll(calls).Patiently())
            Assert.Equal(new StoreResult(CacheOutcome.Stored, server.Address, MayHaveBeenApplied: false), stored);
        Assert.StartsWith("ConnectTimeout", (await cache.Log.Next<ServerEvent.Suspected>(peer.Address)).Cause, StringComparison.Ordinal);
        Assert.StartsWith("ConnectTimeout", (await cache.Log.Next<ServerEvent.Ejected>(peer.Address)).Cause, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ERROR Too many open connections\r\n")]
    [InlineData("HTTP/1.1 400 Bad Request\r\n\r\n")]
    [InlineData("220 mail.example.org ESMTP\r\n")]
    [InlineData("MN\r\n")]
    public async Task A_peer_that_speaks_before_it_is_asked_is_no_server(string greeting)
    {
        using var peer = StrangePeer.ThatCloses(System.Text.Encoding.ASCII.GetBytes(greeting));
        using var server = EmbeddedMemcached.Start();
        await using var cache = await OneCache.StartAsync([peer.Address, server.Address]);
        await cache.Log.Next<ServerEvent.Ejected>(peer.Address);
        Assert.True((await cache.Cache.SetAsync(cache.KeysOf(peer.Address, 1)[0], "value")).IsStored);
    }

    private static void Doubling(ActorCacheOptions options)
    {
        options.RetryDelay = TimeSpan.FromMilliseconds(40);
        options.MaxRetryDelay = TimeSpan.FromSeconds(30);
        options.ProvenAfter = TimeSpan.FromMinutes(1);
        options.ServerMaxRetry = 10; // five losses are not yet too many
    }
}
