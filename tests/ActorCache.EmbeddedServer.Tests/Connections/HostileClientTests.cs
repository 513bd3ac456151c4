using System.Net.Sockets;

namespace ActorCache.EmbeddedServer.Tests.Connections;

/// <summary>What a client may send to do harm. After each, the server serves others as if nothing had been.</summary>
[Collection(nameof(Alone))]
public sealed class HostileClientTests
{
    private const long MuchMemory = 64 << 20;

    [Fact]
    public async Task Eight_megabytes_without_a_newline_are_cut_off()
        => await AssertHarmlessAsync(async wire => Assert.Equal("", await SendAndReadToEndAsync(wire, new string('a', 8 << 20))));

    [Fact]
    public async Task A_get_without_end_is_cut_off_too()
        => await AssertHarmlessAsync(async wire =>
        {
            var keys = string.Concat(Enumerable.Repeat("key ", 3 << 20));
            Assert.Equal("", await SendAndReadToEndAsync(wire, "get " + keys));
        });

    [Theory]
    [InlineData("set k 0 0 2147483645\r\nx\r\n", "SERVER_ERROR object too large for cache\r\n")]
    [InlineData("ms k 2147483644\r\nx\r\n", "SERVER_ERROR object too large for cache\r\n")]
    [InlineData("set k 0 0 1000000000 noreply\r\nx\r\n", "")]
    public async Task A_length_nobody_is_going_to_send_is_refused_and_ends_the_connection(string lie, string answer)
        => await AssertHarmlessAsync(async wire => Assert.Equal(answer, await SendAndReadToEndAsync(wire, lie)));

    [Theory]
    [InlineData("set k 0 0 2147483646\r\n")]
    [InlineData("set k 0 0 2147483648\r\n")]
    [InlineData("set k 0 0 4294967297\r\n")]
    [InlineData("set k 0 0 -2147483648\r\n")]
    [InlineData("set k 0 0 18446744073709551615\r\n")]
    [InlineData("set k 0 0 99999999999999999999999\r\n")]
    [InlineData("cas k 0 0 4294967297 1\r\n")]
    [InlineData("ms k 4294967297\r\n")]
    [InlineData("ms k -1\r\n")]
    [InlineData("ms k 99999999999999999999999\r\n")]
    public async Task A_length_that_is_none_is_refused(string lie)
        => await AssertHarmlessAsync(async wire => Assert.Equal("CLIENT_ERROR bad command line format\r\n", await wire.AskAsync(lie)));

    [Fact]
    public async Task A_refused_value_is_swallowed_however_it_arrives()
        => await AssertHarmlessAsync(async wire =>
        {
            await wire.SendAsync("set k 0 0 3000000\r\n");
            Assert.Equal("SERVER_ERROR object too large for cache\r\n", await wire.ReadUntilAsync("\r\n"));
            for (var sent = 0; sent < 3_000_000; sent += 100_000)
            {
                await wire.SendAsync(new string('x', 100_000));
            }
            Assert.Equal("MN\r\n", await wire.AskAsync("\r\nmn\r\n"));
        });

    [Fact]
    public async Task Half_open_sets_cost_only_what_arrived()
    {
        await using var server = EmbeddedMemcached.Start();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var wires = new List<Wire>();
        for (var i = 0; i < 200; i++)
        {
            var wire = await Wire.ConnectAsync(server.EndPoint);
            wires.Add(wire);
            await wire.AskAsync($"mn\r\nset k{i} 0 0 1000000\r\nx", "MN\r\n");
        }
        await AssertServesAsync(server);
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, MuchMemory);
        wires.ForEach(wire => wire.Dispose());
        await AssertForgottenAsync(server);
    }

    [Fact]
    public async Task A_value_that_arrives_byte_by_byte_is_stored()
        => await AssertHarmlessAsync(async wire =>
        {
            var value = new string('v', 3000);
            foreach (var c in $"set slow 0 0 3000\r\n{value}\r\n")
            {
                await wire.SendAsync($"{c}");
            }
            Assert.Equal("STORED\r\n", await wire.ReadUntilAsync("\r\n"));
            Assert.Equal($"VALUE slow 0 3000\r\n{value}\r\nEND\r\n", await wire.AskAsync("get slow\r\n", "END\r\n"));
        });

    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: cache\r\n\r\nset k 0 0 1\r\nx\r\n")]
    [InlineData("POST / HTTP/1.1\r\nContent-Length: 20\r\n\r\nset k 0 0 1\r\nx\r\n")]
    [InlineData("\x80\x00\x00\x00\x00\x00\x00\x00")]
    public async Task Other_protocols_are_shown_the_door(string text)
    {
        await using var server = EmbeddedMemcached.Start();
        using var wire = await Wire.ConnectAsync(server.EndPoint);
        Assert.Equal("", await SendAndReadToEndAsync(wire, text));
        Assert.Equal(0, server.ItemCount);
        await AssertServesAsync(server);
    }

    [Fact]
    public async Task Two_hundred_thousand_keys_in_one_get_are_answered()
        => await AssertHarmlessAsync(async wire =>
        {
            await wire.AskAsync("set key1 0 0 1\r\nx\r\n");
            var keys = string.Join(' ', Enumerable.Range(0, 200_000).Select(i => $"key{i % 1000}"));
            var answer = await wire.AskAsync($"get {keys}\r\n", "END\r\n");
            Assert.Equal(string.Concat(Enumerable.Repeat("VALUE key1 0 1\r\nx\r\n", 200)) + "END\r\n", answer);
        });

    [Fact]
    public async Task A_reader_that_never_reads_is_not_answered_into_memory()
    {
        await using var server = EmbeddedMemcached.Start();
        await Wire.ConverseAsync(server.EndPoint, $"set big 0 0 500000\r\n{new string('x', 500_000)}\r\n");
        var before = GC.GetTotalMemory(forceFullCollection: true);

        // Two thousand times half a megabyte, asked for in one line, and never read.
        using (var wire = await Wire.ConnectAsync(server.EndPoint))
        {
            await wire.SendAsync("get " + string.Concat(Enumerable.Repeat("big ", 2000)) + "\r\n");
            while (wire.Socket.Available < 1000)
            {
                await Task.Yield();
            }
            await AssertServesAsync(server);
            Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, MuchMemory);
        }
        await AssertForgottenAsync(server);
    }

    [Fact]
    public async Task Resets_at_any_moment_leave_no_connection_behind()
    {
        await using var server = EmbeddedMemcached.Start();
        const string Script = "set k 0 0 5\r\nhello\r\nget k k k\r\nmg k v\r\nma n N0 v\r\n";
        for (var length = 0; length <= Script.Length; length++)
        {
            using var wire = await Wire.ConnectAsync(server.EndPoint);
            await wire.SendAsync(Script[..length]);
            wire.Socket.LingerState = new LingerOption(true, 0);
        }
        await AssertServesAsync(server);
        await AssertForgottenAsync(server);
    }

    private static async Task AssertHarmlessAsync(Func<Wire, Task> harm)
    {
        await using var server = EmbeddedMemcached.Start();
        using (var wire = await Wire.ConnectAsync(server.EndPoint))
        {
            await harm(wire);
        }
        await AssertServesAsync(server);
        await AssertForgottenAsync(server);
    }

    private static async Task AssertServesAsync(EmbeddedMemcached server)
    {
        var answer = await Wire.ConverseAsync(server.EndPoint, "set good 0 0 2\r\nok\r\nget good\r\n");
        Assert.Equal("STORED\r\nVALUE good 0 2\r\nok\r\nEND\r\n", answer);
    }

    // The server notices in its own time that its peers are gone.
    private static async Task AssertForgottenAsync(EmbeddedMemcached server)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        while (server.ConnectionCount > 0)
        {
            patience.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    private static async Task<string> SendAndReadToEndAsync(Wire wire, string text)
    {
        var answer = wire.ReadToEndAsync();
        try
        {
            await wire.SendAsync(text);
        }
        catch (SocketException)
        {
            // Cut off in the middle, as it should be.
        }
        return await answer;
    }
}
