using System.Globalization;
using ActorCache.TestServers;

namespace ActorCache.EndToEnd.Tests.Contract;

/// <summary>Every server tells its figures and its version, and those of the pool are their sums.</summary>
public abstract class StatsContract(ServerKind kind, Dialect dialect)
{
    [Fact]
    public async Task Every_server_tells_its_figures_and_counts_are_summed()
    {
        await using var pool = await Pool.StartAsync(kind, dialect);
        var keys = pool.Servers.SelectMany((server, n) => pool.KeysOf(server, 10 * (n + 1))).ToList();
        var before = await pool.Cache.StatsAsync(); // Handshakes have missed something too.
        await pool.Cache.SetManyAsync(keys.Select(key => KeyValuePair.Create(key, key)));
        await pool.Cache.GetManyAsync<string>([.. keys, "absent:1", "absent:2"]);

        var stats = await pool.Cache.StatsAsync();
        Assert.Equal((StatsGroup.General, true), (stats.Group, stats.IsComplete));
        Assert.Equal(pool.Servers.Select(server => server.Address).Order(), stats.Servers.Keys.Order());
        for (var n = 0; n < 3; n++)
        {
            var server = stats.Servers[pool.Servers[n].Address];
            Assert.True(server.IsAnswered);
            Assert.Equal($"{10 * (n + 1)}", server.Values["curr_items"]);
            Assert.Equal("1.6.18", server.Values["version"]);
            Assert.True(long.Parse(server.Values["pid"], CultureInfo.InvariantCulture) > 0);
        }
        Assert.Equal((60ul, 60ul, 60ul, 2ul), (stats.Total("curr_items"), stats.Total("cmd_set"), stats.Total("get_hits"), stats.Total("get_misses") - before.Total("get_misses")));
        Assert.Equal(3 * (64ul << 20), stats.Total("limit_maxbytes"));
        Assert.Null(stats.Total("uptime"));
    }

    [Fact]
    public async Task Settings_tell_how_large_an_item_may_be()
    {
        await using var pool = await Pool.StartAsync(kind, dialect);
        var settings = await pool.Cache.StatsAsync(StatsGroup.Settings);
        Assert.Equal(3, settings.Servers.Count);
        Assert.All(settings.Servers.Values, server => Assert.Equal("1048576", server.Values["item_size_max"]));
    }

    [Fact]
    public async Task Items_are_told_where_they_are_stored()
    {
        await using var pool = await Pool.StartAsync(kind, dialect);
        await pool.Cache.SetManyAsync(pool.KeysOf(pool.Servers[1], 3).Select(key => KeyValuePair.Create(key, "value")));
        var items = await pool.Cache.StatsAsync(StatsGroup.Items);
        Assert.Equal("3", items.Servers[pool.Servers[1].Address].Values["items:1:number"]);
        Assert.Empty(items.Servers[pool.Servers[0].Address].Values);
        Assert.True(items.Servers[pool.Servers[0].Address].IsAnswered);
    }

    [Fact]
    public async Task Slabs_are_told_of_the_server_that_has_any()
    {
        await using var pool = await Pool.StartAsync(kind, dialect);
        await pool.Cache.SetAsync(pool.KeysOf(pool.Servers[1], 1)[0], "value");
        var slabs = await pool.Cache.StatsAsync(StatsGroup.Slabs);
        Assert.Equal("0", slabs.Servers[pool.Servers[0].Address].Values["active_slabs"]);
        var used = slabs.Servers[pool.Servers[1].Address].Values;
        // The embedded server has no slabs, however much it holds.
        if (kind == ServerKind.Memcached) Assert.Equal(("1", "1", "96"), (used["active_slabs"], used["1:used_chunks"], used["1:chunk_size"]));
        else Assert.Equal("0", used["active_slabs"]);
    }

    [Fact]
    public async Task One_server_is_asked_alone_and_one_that_is_none_is_refused()
    {
        await using var pool = await Pool.StartAsync(kind, dialect);
        var address = pool.Servers[2].Address;
        Assert.Equal(address, Assert.Single((await pool.Cache.StatsAsync(StatsGroup.Settings, address)).Servers).Key);
        Assert.Equal(KeyValuePair.Create(address, new ServerVersion(CacheOutcome.Hit, "1.6.18")), Assert.Single((await pool.Cache.VersionAsync(address)).Servers));
        Assert.Contains(address, Assert.Throws<ArgumentException>("server", () => { _ = pool.Cache.StatsAsync(server: "nobody:1").AsTask(); }).Message, StringComparison.Ordinal);
        Assert.Contains(address, Assert.Throws<ArgumentException>("server", () => { _ = pool.Cache.VersionAsync("nobody:1").AsTask(); }).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>("group", () => { _ = pool.Cache.StatsAsync((StatsGroup)17).AsTask(); });
    }

    [Fact]
    public async Task Every_server_says_its_version()
    {
        await using var pool = await Pool.StartAsync(kind, dialect);
        var versions = await pool.Cache.VersionAsync();
        Assert.True(versions.IsComplete);
        Assert.Equal(pool.Servers.Select(server => server.Address).Order(), versions.Servers.Keys.Order());
        Assert.All(versions.Servers.Values, server => Assert.Equal(new ServerVersion(CacheOutcome.Hit, "1.6.18"), server));
    }

    [Fact]
    public async Task A_server_that_is_dead_is_Unavailable_and_the_others_answer()
    {
        await using var pool = await Pool.StartAsync(kind, dialect);
        var dead = pool.Servers[1];
        dead.Kill();
        await pool.Log.Next<ServerEvent.Suspected>(dead.Address);
        var stats = await pool.Cache.StatsAsync();
        Assert.False(stats.IsComplete);
        Assert.Equal(CacheOutcome.Unavailable, stats.Servers[dead.Address].Outcome);
        Assert.Empty(stats.Servers[dead.Address].Values);
        Assert.Equal(2 * (64ul << 20), stats.Total("limit_maxbytes"));
        Assert.Equal(new ServerVersion(CacheOutcome.Unavailable, null), (await pool.Cache.VersionAsync()).Servers[dead.Address]);
    }

    [Fact]
    public async Task A_server_that_hangs_is_TimedOut_within_the_budget_and_the_others_answer()
    {
        await using var pool = await Pool.StartAsync(kind, dialect, options =>
        {
            options.ReadTimeout = TimeSpan.FromSeconds(20); // The connection is still to be there when the calls' time is over.
            options.OperationTimeout = TimeSpan.FromMilliseconds(500);
        });
        var hung = pool.Servers[0];
        hung.Hang();
        var stats = await pool.Cache.StatsAsync().Patiently();
        Assert.Equal(
            [CacheOutcome.TimedOut, CacheOutcome.Hit, CacheOutcome.Hit],
            pool.Servers.Select(server => stats.Servers[server.Address].Outcome));
        Assert.Equal(CacheOutcome.TimedOut, (await pool.Cache.VersionAsync(hung.Address).AsTask().Patiently()).Servers[hung.Address].Outcome);

        // What it says when it wakes up is for nobody, and shifts nobody's answers.
        hung.Resume();
        foreach (var key in pool.KeysOf(hung, 20))
            await Patience.Until(() => pool.Cache.SetAsync(key, key), stored => stored.IsStored);
        foreach (var key in pool.KeysOf(hung, 20)) Assert.Equal(key, (await pool.Cache.GetAsync<string>(key)).Value);
        Assert.DoesNotContain(pool.Log.Events, happened => happened is ServerEvent.Suspected);
    }
}

public sealed class StatsOnEmbedded() : StatsContract(ServerKind.Embedded, Dialect.Meta);

public sealed class StatsOnMemcached() : StatsContract(ServerKind.Memcached, Dialect.Meta);

public sealed class StatsOnClassicEmbedded() : StatsContract(ServerKind.Embedded, Dialect.Classic);

public sealed class StatsOnClassicMemcached() : StatsContract(ServerKind.Memcached, Dialect.Classic);

public sealed class StatsOnBinaryMemcached() : StatsContract(ServerKind.Memcached, Dialect.Binary);

/// <summary>twemproxy hangs up on both commands: they are not sent there, whatever else is going on.</summary>
public sealed class StatsOnTwemproxy
{
    [Fact]
    public async Task Neither_figures_nor_a_version_are_to_be_had_through_a_proxy_and_nobody_loses_a_connection()
    {
        await using var pool = await Pool.StartAsync(ServerKind.Twemproxy);
        Assert.Equal(CacheOutcome.NotSupported, Assert.Single((await pool.Cache.StatsAsync()).Servers.Values).Outcome);
        Assert.Equal(new ServerVersion(CacheOutcome.NotSupported, null), Assert.Single((await pool.Cache.VersionAsync()).Servers.Values));
        Assert.True((await pool.Cache.SetAsync("key", "value")).IsStored);
        Assert.DoesNotContain(pool.Log.Events, happened => happened is ServerEvent.Suspected);
    }
}
