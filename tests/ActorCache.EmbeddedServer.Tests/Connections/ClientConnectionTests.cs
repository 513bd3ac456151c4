using System.Text;

namespace ActorCache.EmbeddedServer.Tests.Connections;

public sealed class ClientConnectionTests
{
    [Fact]
    public async Task Ten_thousand_commands_in_one_go_are_answered_in_order()
    {
        await using var server = EmbeddedMemcached.Start();
        using var wire = await Wire.ConnectAsync(server.EndPoint);
        var asked = new StringBuilder();
        var expected = new StringBuilder();
        for (var i = 0; i < 10_000; i += 2)
        {
            asked.Append($"ms key{i} 5 O{i}\r\nv{i:d4}\r\nmg key{i} v O{i}\r\n");
            expected.Append($"HD O{i}\r\nVA 5 O{i}\r\nv{i:d4}\r\n");
        }
        var reading = wire.ReadAsync(expected.Length);
        await wire.SendAsync(asked.ToString());
        Assert.Equal(expected.ToString(), await reading);
        Assert.Equal(10_000, server.CommandCount);
    }

    [Fact]
    public async Task A_script_reads_the_same_wherever_it_is_split()
    {
        const string Script = "set k 5 0 7\r\na\r\nEND\r\r\ngets k nope\r\nms m 2 k O1 c\r\nhi\r\nmg m v k O2\r\n"
            + "set bad x 0 2\r\nmn\r\nms n 1 MX\r\n5\r\nma n N0 J5 v\r\nset big 0 0 9999999 noreply\r\n";
        await using var server = EmbeddedMemcached.Start();
        var expected = await Wire.ConverseAsync(server.EndPoint, "flush_all\r\n" + Script);
        for (var split = 0; split <= Script.Length; split++)
        {
            server.Flush();
            using var wire = await Wire.ConnectAsync(server.EndPoint);
            await wire.AskAsync("flush_all\r\n");
            await wire.SendAsync(Script[..split]);
            // The no-op of another connection: by then the server has most likely read the first part by itself.
            await Wire.ConverseAsync(server.EndPoint, "mn\r\n");
            await wire.SendAsync(Script[split..]);
            wire.Socket.Shutdown(System.Net.Sockets.SocketShutdown.Send);
            Assert.Equal(WithoutCas(expected), "OK\r\n" + WithoutCas(await wire.ReadToEndAsync()));
        }
    }

    [Fact]
    public async Task Values_of_all_bytes_and_sizes_come_back_as_they_were()
    {
        await using var server = EmbeddedMemcached.Start();
        using var wire = await Wire.ConnectAsync(server.EndPoint);
        var random = new Random(1);
        foreach (var size in new[] { 0, 1, 2, 255, 4093, 4096, 16384, 65536, 65537, 131072, 262144, 1_000_000 })
        {
            var bytes = new byte[size];
            random.NextBytes(bytes);
            var value = Encoding.Latin1.GetString(bytes);
            Assert.Equal("HD\r\n", await wire.AskAsync($"ms k {size}\r\n{value}\r\n"));
            var expected = $"VA {size}\r\n{value}\r\n";
            Assert.Equal(expected, await wire.AskAsync("mg k v\r\n", expected.Length));
        }
    }

    [Fact]
    public async Task Many_connections_count_together()
    {
        await using var server = EmbeddedMemcached.Start();
        await Wire.ConverseAsync(server.EndPoint, "set n 0 0 1\r\n0\r\n");
        await Task.WhenAll(Enumerable.Range(0, 16).Select(async _ =>
        {
            var script = string.Concat(Enumerable.Repeat("incr n 1 noreply\r\n", 1000));
            await Wire.ConverseAsync(server.EndPoint, script);
        }));
        Assert.Equal("VALUE n 0 5\r\n16000\r\nEND\r\n", await Wire.ConverseAsync(server.EndPoint, "get n\r\n"));
    }

    [Fact]
    public async Task A_client_that_stops_sending_still_gets_its_answers()
    {
        await using var server = EmbeddedMemcached.Start();
        Assert.Equal("MN\r\n", await Wire.ConverseAsync(server.EndPoint, "mn\r\nset half 0 0 10\r\nabc"));
        Assert.Equal(0, server.ItemCount);
    }

    // gets and c tell numbers that go up with every round.
    private static string WithoutCas(string answer)
        => System.Text.RegularExpressions.Regex.Replace(answer, @"(VALUE k 5 7|HD km O1) c?\d+", "$1 cas");
}
