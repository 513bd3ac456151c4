using System.Globalization;
using System.Net.Sockets;
using Microsoft.Extensions.Time.Testing;

namespace ActorCache.EmbeddedServer.Tests;

public sealed class EmbeddedMemcachedTests
{
    [Fact]
    public async Task It_listens_when_start_returns()
    {
        await using var server = EmbeddedMemcached.Start();
        Assert.True(server.IsListening);
        Assert.Equal($"127.0.0.1:{server.EndPoint.Port}", server.Address);
        using var wire = await Wire.ConnectAsync(server.EndPoint);
        Assert.Equal("VERSION 1.6.18\r\n", await wire.AskAsync("version\r\n"));
    }

    [Fact]
    public async Task It_listens_on_the_port_it_is_told_and_says_so_if_that_is_taken()
    {
        await using var first = EmbeddedMemcached.Start();
        var samePort = new EmbeddedMemcachedOptions { Port = first.EndPoint.Port };
        Assert.Throws<SocketException>(() => EmbeddedMemcached.Start(samePort));
        first.Kill();
        await using var second = EmbeddedMemcached.Start(samePort);
        Assert.Equal(first.EndPoint, second.EndPoint);
    }

    [Fact]
    public void Options_out_of_range_are_refused_at_start()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => EmbeddedMemcached.Start(new EmbeddedMemcachedOptions { Port = 65536 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => EmbeddedMemcached.Start(new EmbeddedMemcachedOptions { Port = -1 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => EmbeddedMemcached.Start(new EmbeddedMemcachedOptions { MemoryLimit = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => EmbeddedMemcached.Start(new EmbeddedMemcachedOptions { MaxItemSize = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => EmbeddedMemcached.Start(new EmbeddedMemcachedOptions { MaxConnections = 0 }));
        Assert.Throws<ArgumentNullException>(() => EmbeddedMemcached.Start(new EmbeddedMemcachedOptions { TimeProvider = null! }));
    }

    [Fact]
    public async Task Kill_resets_connections_refuses_new_ones_and_forgets_everything()
    {
        await using var server = EmbeddedMemcached.Start();
        using var wire = await Wire.ConnectAsync(server.EndPoint);
        Assert.Equal("STORED\r\n", await wire.AskAsync("set k 0 0 1\r\nx\r\n"));
        Assert.Equal((1, 1), (server.ItemCount, server.ConnectionCount));

        server.Kill();

        Assert.Equal("reset", await wire.EndAsync());
        Assert.True(await Wire.IsRefusedAsync(server.EndPoint));
        Assert.False(server.IsListening);
        Assert.Equal((0, 0), (server.ItemCount, server.ConnectionCount));
        server.Kill();
    }

    [Fact]
    public async Task Restart_comes_back_empty_on_the_same_port_as_another_process()
    {
        var time = new FakeTimeProvider();
        await using var server = EmbeddedMemcached.Start(new EmbeddedMemcachedOptions { TimeProvider = time });
        var before = await StatsAsync(server);
        time.Advance(TimeSpan.FromSeconds(90));
        Assert.Equal("90", (await StatsAsync(server))["uptime"]);

        for (var again = 0; again < 20; again++)
        {
            using var wire = await Wire.ConnectAsync(server.EndPoint);
            Assert.Equal("STORED\r\n", await wire.AskAsync("set k 0 0 1\r\nx\r\n"));
            if (again % 2 == 0)
            {
                server.Kill();
            }
            server.Restart();
            Assert.Equal("reset", await wire.EndAsync());
            Assert.Equal("END\r\n", await Wire.ConverseAsync(server.EndPoint, "get k\r\n"));
        }

        var after = await StatsAsync(server);
        Assert.NotEqual(before["pid"], after["pid"]);
        Assert.Equal("0", after["uptime"]);
        Assert.Equal(
            int.Parse(before["time"], CultureInfo.InvariantCulture) + 90,
            int.Parse(after["time"], CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task Restart_works_although_the_server_closed_connections_itself()
    {
        // Who closes first keeps the port busy for a while: a restarted process must get it all the same.
        await using var server = EmbeddedMemcached.Start();
        Assert.Equal("", await Wire.ConverseAsync(server.EndPoint, "quit\r\n"));
        server.Restart();
        Assert.Equal("MN\r\n", await Wire.ConverseAsync(server.EndPoint, "mn\r\n"));
    }

    [Fact]
    public async Task Without_meta_commands_it_says_ERROR_to_them_and_goes_on()
    {
        await using var server = EmbeddedMemcached.Start(new EmbeddedMemcachedOptions { MetaCommands = false });
        Assert.Equal("ERROR\r\nERROR\r\nERROR\r\nERROR\r\nEND\r\n", await Wire.ConverseAsync(server.EndPoint, "mn\r\nmg k v\r\nmd k\r\nma k\r\nget k\r\n"));
    }

    [Fact]
    public async Task Drop_connections_keeps_the_memory_and_the_door()
    {
        await using var server = EmbeddedMemcached.Start();
        using var wire = await Wire.ConnectAsync(server.EndPoint);
        Assert.Equal("STORED\r\n", await wire.AskAsync("set k 0 0 1\r\nx\r\n"));

        server.DropConnections();

        Assert.Equal("reset", await wire.EndAsync());
        Assert.Equal(0, server.ConnectionCount);
        Assert.Equal("VALUE k 0 1\r\nx\r\nEND\r\n", await Wire.ConverseAsync(server.EndPoint, "get k\r\n"));
    }

    [Fact]
    public async Task Flush_empties_the_memory()
    {
        await using var server = EmbeddedMemcached.Start();
        Assert.Equal("STORED\r\n", await Wire.ConverseAsync(server.EndPoint, "set k 0 0 1\r\nx\r\n"));
        server.Flush();
        Assert.Equal(0, server.ItemCount);
        Assert.Equal("END\r\n", await Wire.ConverseAsync(server.EndPoint, "get k\r\n"));
    }

    [Fact]
    public async Task Commands_are_counted_before_they_are_answered_and_over_all_lives()
    {
        await using var server = EmbeddedMemcached.Start();
        using (var wire = await Wire.ConnectAsync(server.EndPoint))
        {
            await wire.AskAsync("set k 0 0 1\r\nx\r\nget k\r\nmn\r\n", "MN\r\n");
            Assert.Equal(3, server.CommandCount);
        }
        server.Restart();
        await Wire.ConverseAsync(server.EndPoint, "mn\r\n");
        Assert.Equal(4, server.CommandCount);
    }

    [Fact]
    public async Task One_connection_too_many_is_told_so_and_closed()
    {
        await using var server = EmbeddedMemcached.Start(new EmbeddedMemcachedOptions { MaxConnections = 2 });
        using var first = await Wire.ConnectAsync(server.EndPoint);
        using var second = await Wire.ConnectAsync(server.EndPoint);
        await first.AskAsync("mn\r\n");
        await second.AskAsync("mn\r\n");

        using var third = await Wire.ConnectAsync(server.EndPoint);
        Assert.Equal("ERROR Too many open connections\r\n", await third.ReadToEndAsync());

        Assert.Equal("MN\r\n", await first.AskAsync("mn\r\n"));
        Assert.Equal("1", (await StatsAsync(first))["rejected_connections"]);
    }

    [Fact]
    public async Task Disposing_under_load_ends_every_connection_and_every_loop()
    {
        var server = EmbeddedMemcached.Start();
        var callers = Enumerable.Range(0, 16).Select(_ => Task.Run(async () =>
        {
            using var wire = await Wire.ConnectAsync(server.EndPoint);
            while (true)
            {
                await wire.AskAsync("set k 0 0 1\r\nx\r\nget k\r\n", "END\r\n");
            }
        })).ToArray();
        using (var probe = await Wire.ConnectAsync(server.EndPoint))
        {
            await probe.AskAsync("mn\r\n");
        }

        await server.DisposeAsync();
        await server.DisposeAsync();

        foreach (var caller in callers)
        {
            await Assert.ThrowsAnyAsync<Exception>(() => caller);
        }
        Assert.True(await Wire.IsRefusedAsync(server.EndPoint));
        Assert.Throws<ObjectDisposedException>(server.Restart);
        Assert.Equal((0, 0, false), (server.ConnectionCount, server.ItemCount, server.IsListening));
    }

    [Fact]
    public async Task Two_servers_in_one_process_share_nothing()
    {
        await using var first = EmbeddedMemcached.Start();
        await using var second = EmbeddedMemcached.Start();
        await Wire.ConverseAsync(first.EndPoint, "set k 0 0 1\r\nx\r\n");
        Assert.Equal("END\r\n", await Wire.ConverseAsync(second.EndPoint, "get k\r\n"));
        Assert.NotEqual((await StatsAsync(first))["pid"], (await StatsAsync(second))["pid"]);
    }

    private static async Task<Dictionary<string, string>> StatsAsync(EmbeddedMemcached server)
    {
        using var wire = await Wire.ConnectAsync(server.EndPoint);
        return await StatsAsync(wire);
    }

    private static async Task<Dictionary<string, string>> StatsAsync(Wire wire)
        => (await wire.AskAsync("stats\r\n", "END\r\n")).Split("\r\n").Where(line => line.StartsWith("STAT ", StringComparison.Ordinal))
            .Select(line => line.Split(' ')).ToDictionary(words => words[1], words => words[2]);

    [Fact]
    public async Task Told_of_its_cluster_it_tells_it_as_ElastiCache_does_and_through_restarts()
    {
        await using var server = EmbeddedMemcached.Start();
        server.AnnounceCluster(1, ["a:1"]);
        server.AnnounceCluster(12, ["cache-1.example:11211", "127.0.0.1:5", "[::1]:6"]);
        const string Answer = "CONFIG cluster 0 58\r\n12\ncache-1.example||11211 127.0.0.1|127.0.0.1|5 ::1|::1|6\n\r\nEND\r\n";
        using (var wire = await Wire.ConnectAsync(server.EndPoint)) Assert.Equal(Answer + "MN\r\n", await wire.AskAsync("config get cluster\r\nmn\r\n", "MN\r\n"));
        server.Restart();
        using (var wire = await Wire.ConnectAsync(server.EndPoint)) Assert.Equal(Answer, await wire.AskAsync("config get cluster\r\n", "END\r\n"));
    }

    [Theory]
    [InlineData("config get cluster", false)]
    [InlineData("config get other", true)]
    [InlineData("config get", true)]
    [InlineData("config get cluster now", true)]
    [InlineData("config set cluster 0 1", true)]
    [InlineData("config", true)]
    public async Task Of_anything_else_it_knows_as_little_as_memcached(string command, bool isOfCluster)
    {
        await using var server = EmbeddedMemcached.Start();
        if (isOfCluster) server.AnnounceCluster(1, ["a:1"]);
        using var wire = await Wire.ConnectAsync(server.EndPoint);
        Assert.Equal("ERROR\r\n", await wire.AskAsync(command + "\r\n"));
    }

    [Theory]
    [InlineData("a")]
    [InlineData(":1")]
    [InlineData("a:0")]
    [InlineData("a:65536")]
    [InlineData("a b:1")]
    [InlineData("a|b:1")]
    public void A_server_that_is_not_written_host_and_port_is_not_announced(string server)
    {
        using var memcached = EmbeddedMemcached.Start();
        Assert.Throws<FormatException>(() => memcached.AnnounceCluster(1, [server]));
    }
}
