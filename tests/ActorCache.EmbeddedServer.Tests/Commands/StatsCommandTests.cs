using System.Globalization;
using System.Net;
using ActorCache.TestServers;
using Microsoft.Extensions.Time.Testing;

namespace ActorCache.EmbeddedServer.Tests.Commands;

public sealed class StatsCommandTests
{
    [Fact]
    public async Task Every_counter_counts_what_it_says()
    {
        await using var server = EmbeddedMemcached.Start(new EmbeddedMemcachedOptions { TimeProvider = new FakeTimeProvider() });
        using var wire = await Wire.ConnectAsync(server.EndPoint);
        await wire.AskAsync(
            "set a 0 0 1\r\n5\r\nset b 1 0 1\r\nx\r\nget a b c\r\ngat 100 a c\r\ntouch a 5\r\ntouch c 5\r\nmg a\r\nmg c\r\nmg a T9\r\n"
            + "incr a 1\r\nincr c 1\r\ndecr a 1\r\ndecr c 1\r\n"
            + "delete b\r\ndelete b\r\ncas a 0 0 1 1\r\nx\r\ncas c 0 0 1 1\r\nx\r\nms a 1 C3\r\n5\r\nme a\r\n"
            + "set a 0 0 9999999 noreply\r\n" + new string('x', 9999999) + "\r\nmn\r\n",
            "MN\r\n");

        var stats = await StatsAsync(wire, "stats");

        foreach (var (name, value) in new[]
        {
            ("cmd_set", 5), ("cmd_get", 5), ("get_hits", 3), ("get_misses", 2), ("cmd_touch", 5), ("touch_hits", 3), ("touch_misses", 2),
            ("incr_hits", 1), ("incr_misses", 1),
            ("decr_hits", 1), ("decr_misses", 1), ("delete_hits", 1), ("delete_misses", 1), ("cas_badval", 2), ("cas_misses", 1), ("cas_hits", 0),
            ("store_too_large", 1),
            ("cmd_meta", 1), ("curr_items", 0), ("bytes", 0), ("total_items", 2), ("curr_connections", 1), ("total_connections", 1),
            ("cmd_flush", 0), ("evictions", 0), ("limit_maxbytes", 64 << 20), ("max_connections", 1024),
        })
        {
            Assert.Equal((name, $"{value}"), (name, stats[name]));
        }
        Assert.Equal("1.6.18", stats["version"]);
        Assert.True(int.Parse(stats["pid"], CultureInfo.InvariantCulture) > 0);

        Assert.Equal("RESET\r\n", await wire.AskAsync("stats reset\r\n"));
        Assert.Equal("0", (await StatsAsync(wire, "stats"))["cmd_set"]);
    }

    [Fact]
    public async Task Settings_are_the_options()
    {
        var options = new EmbeddedMemcachedOptions { MaxConnections = 5, MemoryLimit = 1 << 20, MaxItemSize = 2048 };
        await using var server = EmbeddedMemcached.Start(options);
        using var wire = await Wire.ConnectAsync(server.EndPoint);
        var settings = await StatsAsync(wire, "stats settings");
        Assert.Equal(("1048576", "5", "2048"), (settings["maxbytes"], settings["maxconns"], settings["item_size_max"]));
        Assert.Equal($"{server.EndPoint.Port}", settings["tcpport"]);
    }

    [Fact]
    public async Task Items_are_told_class_by_class_as_memcached_tells_them()
    {
        using var process = MemcachedProcess.Start();
        using var real = await Wire.ConnectAsync(new IPEndPoint(IPAddress.Loopback, process.Port));
        await using var server = EmbeddedMemcached.Start();
        using var wire = await Wire.ConnectAsync(server.EndPoint);
        Assert.Empty(await StatsAsync(wire, "stats items"));

        foreach (var one in new[] { real, wire })
        {
            foreach (var length in new[] { 0, 1, 30, 36, 37, 38, 100, 101, 5000, 100_000 })
                Assert.Equal("STORED\r\n", await one.AskAsync($"set key:{length} {length % 2} 0 {length}\r\n{new string('x', length)}\r\n"));
            Assert.Equal("DELETED\r\n", await one.AskAsync("delete key:5000\r\n"));
        }
        var told = await StatsAsync(wire, "stats items");
        Assert.Equal(2, told.Keys.Select(name => name.Split(':')[2]).Distinct().Count());
        Assert.Equal(9, told.Where(figure => figure.Key.EndsWith(":number", StringComparison.Ordinal)).Sum(figure => int.Parse(figure.Value, CultureInfo.InvariantCulture)));
        Assert.Equal(
            (await StatsAsync(real, "stats items")).Where(figure => figure.Key.EndsWith(":number", StringComparison.Ordinal) || figure.Key.EndsWith(":mem_requested", StringComparison.Ordinal)).OrderBy(figure => figure.Key),
            told.OrderBy(figure => figure.Key));
    }

    [Fact]
    public async Task There_are_no_slabs()
    {
        await using var server = EmbeddedMemcached.Start();
        using var wire = await Wire.ConnectAsync(server.EndPoint);
        Assert.Equal("STAT active_slabs 0\r\nSTAT total_malloced 0\r\nEND\r\n", await wire.AskAsync("stats slabs\r\n", "END\r\n"));
    }

    private static async Task<Dictionary<string, string>> StatsAsync(Wire wire, string command)
        => (await wire.AskAsync($"{command}\r\n", "END\r\n")).Split("\r\n")
            .Where(line => line.StartsWith("STAT ", StringComparison.Ordinal))
            .Select(line => line.Split(' ')).ToDictionary(words => words[1], words => words[2]);
}
