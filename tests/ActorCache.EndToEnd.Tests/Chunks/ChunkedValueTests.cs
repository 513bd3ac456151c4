using System.Buffers;
using System.Net;
using System.Net.Sockets;
using System.Text;
using ActorCache.TestServers;

namespace ActorCache.EndToEnd.Tests.Chunks;

/// <summary>Values in parts: they come back whole or not at all, whatever becomes of the parts, the manifest, or the servers.</summary>
public abstract class ChunkedValueTests(ServerKind kind) : IAsyncLifetime
{
    private const uint Chunked = 1 << 24;
    private Pool _pool = null!;

    private IActorCache Cache => _pool.Cache;

    public async Task InitializeAsync() => _pool = await Pool.StartAsync(kind, options => options.LargeValues = LargeValues.Chunk);

    public async Task DisposeAsync() => await _pool.DisposeAsync();

    [Theory]
    [InlineData((1 << 20) - 513)]
    [InlineData((1 << 20) - 512)]
    [InlineData((1 << 20) - 511)]
    [InlineData((2 << 20) - 1024)]
    [InlineData(5_000_001)]
    public async Task A_value_of_any_length_comes_back(int length)
    {
        var value = Noise(length);
        Assert.Equal(CacheOutcome.Stored, (await Cache.SetAsync("key", value)).Outcome);
        var read = await Cache.GetAsync<byte[]>("key");
        Assert.Equal(CacheOutcome.Hit, read.Outcome);
        Assert.Equal(value, read.Value);
        Assert.Equal(Owner("key"), read.Server);
        Assert.Equal(length > (1 << 20) - 512, await FlagsAsync("key") != 0);
    }

    [Fact]
    public async Task Text_objects_raw_bytes_and_many_at_once_come_back()
    {
        var text = new string('ü', 2_000_000);
        Assert.True((await Cache.SetAsync("text", text)).IsStored);
        Assert.Equal(text, (await Cache.GetAsync<string>("text")).Value);

        var numbers = Enumerable.Range(0, 500_000).ToList();
        Assert.True((await Cache.SetAsync("object", numbers)).IsStored);
        Assert.Equal(numbers, (await Cache.GetAsync<List<int>>("object")).Value);

        var raw = Noise(3_000_000);
        Assert.True((await Cache.SetRawAsync("raw", new ReadOnlySequence<byte>(raw))).IsStored);
        var destination = new ArrayBufferWriter<byte>();
        Assert.Equal(raw.Length, (await Cache.GetRawAsync("raw", destination)).Value);
        Assert.Equal(raw, destination.WrittenSpan.ToArray());

        var items = Enumerable.Range(0, 8).ToDictionary(n => $"many:{n}", n => n % 2 == 0 ? Noise(2_000_000 + n) : Noise(n));
        Assert.All((await Cache.SetManyAsync(items)).Values, stored => Assert.Equal(CacheOutcome.Stored, stored.Outcome));
        var read = await Cache.GetManyAsync<byte[]>(items.Keys);
        Assert.All(items, item => Assert.Equal(item.Value, read[item.Key].Value));
    }

    [Fact]
    public async Task The_newest_value_is_read_be_it_large_or_small()
    {
        foreach (var value in (byte[][])[Noise(2_000_000), Noise(3_000_000), Noise(10), Noise(4_000_000), []])
        {
            Assert.True((await Cache.SetAsync("key", value)).IsStored);
            Assert.Equal(value, (await Cache.GetAsync<byte[]>("key")).Value);
        }
    }

    [Fact]
    public async Task Add_replace_and_cas_do_as_they_do_with_small_values()
    {
        var (first, second, third) = (Noise(2_000_000), Noise(2_000_001), Noise(2_000_002));
        Assert.Equal(CacheOutcome.NotStored, (await Cache.StoreAsync("key", first, new StoreOptions { Mode = StoreMode.Replace })).Outcome);
        Assert.Equal(CacheOutcome.Stored, (await Cache.StoreAsync("key", first, new StoreOptions { Mode = StoreMode.Add })).Outcome);
        Assert.Equal(CacheOutcome.NotStored, (await Cache.StoreAsync("key", second, new StoreOptions { Mode = StoreMode.Add })).Outcome);
        var read = await Cache.GetAsync<byte[]>("key");
        Assert.Equal(first, read.Value);
        Assert.Equal(CacheOutcome.Exists, (await Cache.StoreAsync("key", second, new StoreOptions { Cas = read.Cas + 1000 })).Outcome);
        Assert.Equal(CacheOutcome.Stored, (await Cache.StoreAsync("key", second, new StoreOptions { Cas = read.Cas })).Outcome);
        Assert.Equal(second, (await Cache.GetAsync<byte[]>("key")).Value);
        Assert.Equal(CacheOutcome.Stored, (await Cache.StoreAsync("key", third, new StoreOptions { Mode = StoreMode.Replace })).Outcome);
        Assert.Equal(third, (await Cache.GetAsync<byte[]>("key")).Value);
        Assert.True((await Cache.DeleteAsync("key")).IsStored);
        Assert.Equal(CacheOutcome.Miss, (await Cache.GetAsync<byte[]>("key")).Outcome);
    }

    // What a server appends to a manifest makes none of it.
    [Fact]
    public async Task What_is_appended_to_a_value_in_parts_makes_it_a_Miss_and_it_is_no_counter()
    {
        Assert.True((await Cache.SetAsync("key", Noise(2_000_000))).IsStored);
        Assert.Equal(CacheOutcome.NotANumber, (await Cache.IncrementAsync("key")).Outcome);
        Assert.Equal(CacheOutcome.Stored, (await Cache.StoreAsync("key", "more", new StoreOptions { Mode = StoreMode.Append })).Outcome);
        Assert.Equal(CacheOutcome.Miss, (await Cache.GetAsync<byte[]>("key")).Outcome);
        Assert.Equal(CacheOutcome.TooLarge, (await Cache.StoreAsync("key", Noise(2_000_000), new StoreOptions { Mode = StoreMode.Append })).Outcome);
    }

    [Fact]
    public async Task The_parts_live_as_long_as_the_key_and_are_touched_with_it()
    {
        Assert.True((await Cache.SetAsync("key", Noise(2_500_000), TimeSpan.FromSeconds(1000))).IsStored);
        await Live(900, 1000);
        Assert.Equal(CacheOutcome.Stored, (await Cache.TouchAsync("key", TimeSpan.FromSeconds(3000))).Outcome);
        await Live(2900, 3000);
        Assert.True((await Cache.GetAndTouchAsync<byte[]>("key", TimeSpan.FromSeconds(5000))).IsHit);
        await Live(4900, 5000);

        Assert.True((await Cache.SetAsync("small", "value", TimeSpan.FromSeconds(1000))).IsStored);
        Assert.Equal(CacheOutcome.Stored, (await Cache.TouchAsync("small", TimeSpan.FromSeconds(3000))).Outcome);
        Assert.InRange((await TextConnection.SecondsLeftAsync(Owner("small"), "small"))!.Value, 2900, 3000);
        Assert.Equal(CacheOutcome.NotFound, (await Cache.TouchAsync("nothing", TimeSpan.FromSeconds(3000))).Outcome);

        async Task Live(long least, long most)
        {
            foreach (var key in (string[])["key", .. await PartsAsync("key")])
                Assert.InRange((await TextConnection.SecondsLeftAsync(Owner(key), key))!.Value, least, most);
        }
    }

    [Fact]
    public async Task A_part_that_is_missing_makes_it_a_Miss()
    {
        Assert.True((await Cache.SetAsync("key", Noise(2_500_000))).IsStored);
        var parts = await PartsAsync("key");
        Assert.Equal(3, parts.Length);
        Assert.True((await Cache.DeleteAsync(parts[1])).IsStored);
        Assert.Equal(CacheOutcome.Miss, (await Cache.GetAsync<byte[]>("key")).Outcome);
        Assert.Equal(CacheOutcome.NotFound, (await Cache.TouchAsync("key", TimeSpan.FromSeconds(10))).Outcome);
        var many = await Cache.GetManyAsync<byte[]>(["key", "other"]);
        Assert.All(many.Values, read => Assert.Equal((CacheOutcome.Miss, null, 0ul), (read.Outcome, read.Value, read.Cas)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(1)]
    public async Task A_part_that_is_another_one_makes_it_a_Miss(int longer)
    {
        Assert.True((await Cache.SetAsync("key", Noise(1_500_000))).IsStored);
        var part = (await PartsAsync("key"))[1];
        var length = (await Cache.GetAsync<byte[]>(part)).Value!.Length;
        Assert.True((await Cache.SetAsync(part, new byte[length + longer])).IsStored);
        Assert.Equal(CacheOutcome.Miss, (await Cache.GetAsync<byte[]>("key")).Outcome);
        Assert.Equal(CacheOutcome.Miss, (await Cache.GetRawAsync("key", new ArrayBufferWriter<byte>())).Outcome);
    }

    // Flags and manifests are whatever somebody has stored.
    [Fact]
    public async Task A_manifest_that_lies_is_a_Miss()
    {
        Assert.True((await Cache.SetAsync("key", Noise(1_500_000))).IsStored);
        var honest = await StoredAsync("key");
        var lies = new List<byte[]>();
        lies.AddRange([[], new byte[41], honest[..^1], [.. honest, 0]]);
        foreach (var (at, value) in new[] { (1, int.MaxValue), (1, -1), (1, 0), (1, 64 << 20), (5, 1), (5, 0), (5, -1), (5, int.MaxValue), (9, 7), (25, 7) })
        {
            var lie = (byte[])honest.Clone();
            System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(lie.AsSpan(at), value);
            lies.Add(lie);
        }
        foreach (var lie in lies)
        {
            await StoreAsync("key", Chunked, lie);
            Assert.Equal(CacheOutcome.Miss, (await Cache.GetAsync<byte[]>("key")).Outcome);
        }
        await StoreAsync("key", Chunked, honest);
        Assert.True((await Cache.GetAsync<byte[]>("key")).IsHit);
        Assert.DoesNotContain(_pool.Log.Events, happened => happened is ServerEvent.Suspected);
    }

    [Fact]
    public async Task Servers_that_die_between_parts_leave_a_whole_value_or_none()
    {
        using var done = new CancellationTokenSource();
        var wrong = new List<string>();
        var told = 0; // the last version that was said to be stored
        var reading = Task.Run(async () =>
        {
            while (!done.IsCancellationRequested)
            {
                var least = Volatile.Read(ref told);
                var read = await Cache.GetAsync<byte[]>("key");
                if (!read.IsHit) continue;
                var version = read.Value![0];
                if (read.Value.Length != 2_000_000 + version || read.Value.AsSpan().IndexOfAnyExcept(version) >= 0) wrong.Add($"A torn value of version {version}");
                if (version < least) wrong.Add($"Version {version} after {least}");
            }
        });
        for (byte version = 1; version <= 40; version++)
        {
            var value = new byte[2_000_000 + version];
            Array.Fill(value, version);
            var server = _pool.Servers[version % 3];
            var set = Cache.SetAsync("key", value).AsTask();
            if (version % 4 == 0) server.Kill();
            if ((await set.Patiently()).IsStored) Volatile.Write(ref told, version);
            if (version % 4 == 0) server.Restart();
        }
        await done.CancelAsync();
        await reading.Patiently();
        Assert.Empty(wrong);
        Assert.InRange(told, 1, 40);
    }

    [Fact]
    public async Task A_caller_that_gives_up_hears_so_at_once_and_the_next_call_is_fine()
    {
        var value = Noise(5_000_000);
        Assert.True((await Cache.SetAsync("key", value)).IsStored);
        foreach (var server in _pool.Servers) server.Hang();
        using var patience = new CancellationTokenSource();
        var calls = new[] { Cache.GetAsync<byte[]>("key", patience.Token).AsTask(), Task.Run(async () => { await Cache.SetAsync("other", value, ct: patience.Token); return default(CacheResult<byte[]>); }) };
        await patience.CancelAsync();
        foreach (var call in calls) await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call.Patiently());
        foreach (var server in _pool.Servers) server.Resume();
        var read = await Patience.Until(() => Cache.GetAsync<byte[]>("key"), read => read.IsHit);
        Assert.Equal(value, read.Value);
    }

    private static byte[] Noise(int length)
    {
        var value = new byte[length];
        new Random(length).NextBytes(value);
        return value;
    }

    private string Owner(string key) => Cache.Monitor.Explain(key).Server!;

    private async Task<uint> FlagsAsync(string key) => uint.Parse((await TextConnection.AskAsync(Owner(key), $"mg {key} f"))[4..], System.Globalization.CultureInfo.InvariantCulture);

    // The keys of its parts, as its manifest has them: a version, the length, that of a part, the number.
    private async Task<string[]> PartsAsync(string key)
    {
        var manifest = await StoredAsync(key);
        var (length, part) = (System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(manifest.AsSpan(1)), System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(manifest.AsSpan(5)));
        return [.. Enumerable.Range(0, (length + part - 1) / part).Select(n => $"~/{Convert.ToHexStringLower(manifest.AsSpan(9, 16))}/{n}")];
    }

    private async Task<byte[]> StoredAsync(string key)
    {
        using var client = await ConnectAsync(key);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"mg {key} v\r\n"));
        var reply = new List<byte>();
        var one = new byte[1];
        while (reply.Count < 2 || reply[^1] != '\n')
        {
            await client.GetStream().ReadExactlyAsync(one).AsTask().Patiently();
            reply.Add(one[0]);
        }
        var value = new byte[int.Parse(Encoding.ASCII.GetString([.. reply])[3..].Trim(), System.Globalization.CultureInfo.InvariantCulture)];
        await client.GetStream().ReadExactlyAsync(value).AsTask().Patiently();
        return value;
    }

    private async Task StoreAsync(string key, uint flags, byte[] value)
    {
        using var client = await ConnectAsync(key);
        await client.GetStream().WriteAsync((byte[])[.. Encoding.ASCII.GetBytes($"ms {key} {value.Length} F{flags}\r\n"), .. value, .. "\r\n"u8]);
        var reply = new byte[4];
        await client.GetStream().ReadExactlyAsync(reply).AsTask().Patiently();
        Assert.Equal("HD\r\n"u8.ToArray(), reply);
    }

    private async Task<TcpClient> ConnectAsync(string key)
    {
        var client = new TcpClient();
        await client.ConnectAsync(IPEndPoint.Parse(Owner(key))).Patiently();
        return client;
    }
}

public sealed class ChunksOnEmbedded() : ChunkedValueTests(ServerKind.Embedded);

public sealed class ChunksOnMemcached() : ChunkedValueTests(ServerKind.Memcached);
