using System.Buffers;
using ActorCache.TestServers;
using Microsoft.Extensions.Caching.Distributed;

namespace ActorCache.Caching.Tests;

/// <summary>
/// HybridCache and output caching take their arrays back as soon as a set has ended, also when it was cancelled. What is sent later must not be of those any more.
/// </summary>
public sealed class BorrowedBytesTests
{
    private static readonly DistributedCacheEntryOptions ForEver = new();

    public static TheoryData<string> Kinds() => ["plain", "replicated", "in parts", "compressed"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public Task What_is_queued_before_a_hung_server_is_not_the_callers_array(string kind) => Overwritten(kind, connected: true);

    [Theory]
    [MemberData(nameof(Kinds))]
    public Task What_waits_for_a_first_connection_is_not_the_callers_array(string kind) => Overwritten(kind, connected: false);

    private static async Task Overwritten(string kind, bool connected)
    {
        using var server = CacheServer.Start(ServerKind.Memcached);
        if (!connected) server.Hang();
        await using var one = await OneCache.StartAsync([server.Address], options =>
        {
            if (kind == "replicated") options.Distribution = "replicated";
            if (kind == "in parts") options.LargeValues = LargeValues.Chunk;
            if (kind == "compressed") options.Compression = "Deflate";
        });
        if (connected) await one.Log.UntilAllServe();
        server.Hang();

        var cache = new ActorCacheDistributedCache(one.Cache);
        // More than the sockets' buffers take, so that some is sent, some is queued, and some is not even that.
        var (count, length) = kind == "in parts" ? (4, 3_000_000) : (24, 600_000);
        var arrays = Enumerable.Range(0, count).Select(n => Filled(length, n)).ToArray();
        using var gone = new CancellationTokenSource();
        var sets = arrays.Select((array, n) => cache.SetAsync($"key:{n}", new ReadOnlySequence<byte>(array), ForEver, gone.Token).AsTask()).ToArray();
        await gone.CancelAsync();
        foreach (var set in sets)
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => set.Patiently());
        }
        foreach (var array in arrays) Array.Fill(array, (byte)0xFF);

        server.Resume();
        await one.Log.UntilAllServe();
        for (var n = 0; n < count; n++)
        {
            var read = await cache.GetAsync($"key:{n}").Patiently();
            if (read is not null) Assert.Equal(Filled(length, n), read);
        }
    }

    // Half of it compresses.
    private static byte[] Filled(int length, int seed)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes.AsSpan(length / 2));
        bytes.AsSpan(0, length / 2).Fill((byte)seed);
        return bytes;
    }
}
