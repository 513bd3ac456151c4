using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using ActorCache.EmbeddedServer;
using ActorCache.TestServers;

namespace ActorCache.EndToEnd.Tests.Keys;

/// <summary>Keys behind a prefix, and keys that memcached does not take, encoded so that it does.</summary>
public sealed class KeyPolicyTests
{
    public static TheoryData<ServerKind> Kinds => [ServerKind.Embedded, ServerKind.Memcached];

    [Theory, MemberData(nameof(Kinds))]
    public async Task Any_key_but_none_works_in_every_call_where_keys_are_encoded(ServerKind kind)
    {
        await using var pool = await Pool.StartAsync(kind, options =>
        {
            options.KeyPolicy = KeyPolicy.Encode;
            options.KeyPrefix = "orders:";
        });
        string[] keys =
        [
            " ", "a b", " a", "a ", "a\tb", "a\r\nflush_all", "a\nb", "\0", "\u0001", "\u007f", "\ud800", "\udc00", "a\udc00", "plain", "Grün",
            new('k', 243), new('k', 244), new('k', 250), new('k', 251), new('k', 5000), new('é', 121), new('é', 122), new(' ', 179), new(' ', 180), new(' ', 300),
            "~#", $"~#{new string('0', 32)}", "~",
        ];
        foreach (var key in keys)
        {
            Assert.True((await pool.Cache.SetAsync(key, $"{key.Length}|1")).IsStored, key);
            Assert.Equal($"{key.Length}|1", (await pool.Cache.GetAndTouchAsync<string>(key, TimeSpan.FromSeconds(100))).Value);
            Assert.True((await pool.Cache.TouchAsync(key, TimeSpan.FromSeconds(100))).IsStored);
            Assert.True((await pool.Cache.StoreAsync(key, "5", new StoreOptions { Mode = StoreMode.Replace })).IsStored);
            Assert.Equal(6ul, (await pool.Cache.IncrementAsync(key)).Value);
            Assert.True((await pool.Cache.DeleteAsync(key)).IsStored);
            Assert.Equal(CacheOutcome.Miss, (await pool.Cache.GetRawAsync(key, new ArrayBufferWriter<byte>())).Outcome);
            Assert.NotNull(pool.Cache.Monitor.Explain(key).Server);
        }
        // None is another one.
        await pool.Cache.SetManyAsync(keys.Select((key, n) => KeyValuePair.Create(key, n)));
        var read = await pool.Cache.GetManyAsync<int>(keys);
        Assert.All(keys.Select((key, n) => (key, n)), one => Assert.Equal(one.n, read[one.key].Value));
        Assert.DoesNotContain(pool.Log.Events, happened => happened is ServerEvent.Suspected);

        Assert.Throws<ArgumentNullException>(() => { _ = pool.Cache.GetAsync<string>(null!).AsTask(); });
        Assert.Throws<ArgumentException>(() => { _ = pool.Cache.GetAsync<string>("").AsTask(); });
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task A_key_is_on_the_server_where_and_as_it_is_documented(ServerKind kind)
    {
        using var server = CacheServer.Start(kind);
        await using var cache = await OneCache.StartAsync(server.Address, options =>
        {
            options.KeyPolicy = KeyPolicy.Encode;
            options.KeyPrefix = "p:";
        });
        var tooLong = new string('k', 249);
        foreach (var key in new[] { "plain", "a b", tooLong }) Assert.True((await cache.Cache.SetAsync(key, "x")).IsStored);
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(tooLong)))[..32];
        Assert.Equal("HD s1", await TextConnection.AskAsync(server.Address, "mg p:plain s"));
        Assert.Equal("HD s1", await TextConnection.AskAsync(server.Address, $"mg {Convert.ToBase64String("p:a b"u8)} s b"));
        Assert.Equal("HD s1", await TextConnection.AskAsync(server.Address, $"mg p:~#{hash} s"));
    }

    [Fact]
    public async Task Caches_with_different_prefixes_do_not_meet_on_the_same_servers()
    {
        using var server = EmbeddedMemcached.Start();
        await using var one = await OneCache.StartAsync(server.Address, options => options.KeyPrefix = "one:");
        await using var two = await OneCache.StartAsync(server.Address, options => options.KeyPrefix = "two:");
        Assert.True((await one.Cache.SetAsync("key", "1")).IsStored);
        Assert.Equal(CacheOutcome.Miss, (await two.Cache.GetAsync<string>("key")).Outcome);
        Assert.True((await two.Cache.SetAsync("key", "2")).IsStored);
        Assert.Equal("1", (await one.Cache.GetAsync<string>("key")).Value);
    }

    [Fact]
    public async Task The_prefix_counts_and_is_named_where_the_key_is_too_long()
    {
        using var server = EmbeddedMemcached.Start();
        await using var cache = await OneCache.StartAsync(server.Address, options => options.KeyPrefix = "ten-bytes:");
        Assert.True((await cache.Cache.SetAsync(new string('k', 240), "x")).IsStored);
        var refused = Assert.Throws<ArgumentException>(() => { _ = cache.Cache.GetAsync<string>(new string('k', 241)).AsTask(); });
        Assert.Equal("key", refused.ParamName);
        Assert.StartsWith("Key is 241 bytes of UTF-8, and the prefix \"ten-bytes:\" 10 more; memcached takes at most 250.", refused.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => { _ = cache.Cache.GetAsync<string>("a b").AsTask(); });
    }

    // The journal keeps keys as they are kept here: what it cleans up is cleaned up for these too.
    [Fact]
    public async Task A_key_in_base64_is_not_stale_after_its_server_was_away()
    {
        await using var pool = await Pool.StartAsync(ServerKind.Embedded, options =>
        {
            options.KeyPolicy = KeyPolicy.Encode;
            options.ReadTimeout = TimeSpan.FromMilliseconds(200);
            options.OperationTimeout = TimeSpan.FromSeconds(10);
        });
        var keys = Enumerable.Range(0, 60).Select(n => $"key {n}").ToList();
        await pool.Cache.SetManyAsync(keys.Select(key => KeyValuePair.Create(key, "older")));
        pool.Servers[0].Hang();
        Assert.All(await pool.Cache.SetManyAsync(keys.Select(key => KeyValuePair.Create(key, "newer"))), stored => Assert.Equal(CacheOutcome.Stored, stored.Value.Outcome));
        pool.Servers[0].Resume();
        await pool.Log.UntilAllServe();
        foreach (var (key, read) in await pool.Cache.GetManyAsync<string>(keys)) Assert.True(read.Value is null or "newer", $"{key}: {read} {read.Value}");
    }
}
