using Microsoft.Extensions.Time.Testing;

namespace ActorCache.EmbeddedServer.Tests.Faults;

public sealed class ServerFaultsTests
{
    [Fact]
    public async Task Refuse_closes_the_door_but_leaves_those_inside_alone()
    {
        await using var server = EmbeddedMemcached.Start();
        using var wire = await Wire.ConnectAsync(server.EndPoint);
        Assert.Equal("MN\r\n", await wire.AskAsync("mn\r\n"));

        var refuse = server.Faults.Add(Fault.Refuse());
        Assert.False(server.IsListening);
        Assert.True(await Wire.IsRefusedAsync(server.EndPoint));
        Assert.Equal("MN\r\n", await wire.AskAsync("mn\r\n"));

        refuse.Remove();
        Assert.True(server.IsListening);
        Assert.Equal("MN\r\n", await Wire.ConverseAsync(server.EndPoint, "mn\r\n"));
        Assert.Equal("MN\r\n", await wire.AskAsync("mn\r\n"));
    }

    [Fact]
    public async Task Refuse_outlives_a_restart()
    {
        await using var server = EmbeddedMemcached.Start();
        using (server.Faults.Add(Fault.Refuse()))
        {
            server.Restart();
            Assert.True(await Wire.IsRefusedAsync(server.EndPoint));
        }
        Assert.Equal("MN\r\n", await Wire.ConverseAsync(server.EndPoint, "mn\r\n"));
    }

    [Fact]
    public async Task A_stalled_server_accepts_connects_answers_nothing_and_applies_what_waited_when_it_wakes()
    {
        await using var server = EmbeddedMemcached.Start();
        using var before = await Wire.ConnectAsync(server.EndPoint);
        Assert.Equal("MN\r\n", await before.AskAsync("mn\r\n"));

        var stall = server.Faults.Add(Fault.Stall());
        using var during = await Wire.ConnectAsync(server.EndPoint);
        await during.SendAsync("set during 0 0 1\r\nx\r\n");
        await before.SendAsync("set before 0 0 1\r\nx\r\nget before\r\n");
        await stall.WaitForHitsAsync(1);
        Assert.Equal((1, 0), (server.CommandCount, server.ItemCount));
        using (var gaveUp = await Wire.ConnectAsync(server.EndPoint))
        {
            await gaveUp.SendAsync("set late 0 0 1\r\nx\r\n");
        }
        Assert.Equal(0, before.Socket.Available);

        stall.Remove();
        Assert.Equal("STORED\r\nVALUE before 0 1\r\nx\r\nEND\r\n", await before.ReadUntilAsync("END\r\n"));
        Assert.Equal("STORED\r\n", await during.ReadUntilAsync("\r\n"));
        await EventuallyAsync(server, "get late\r\n", "VALUE late 0 1\r\nx\r\nEND\r\n");
    }

    [Fact]
    public async Task A_stall_strikes_between_two_commands_of_one_packet()
    {
        await using var server = EmbeddedMemcached.Start();
        using var wire = await Wire.ConnectAsync(server.EndPoint);
        var stall = server.Faults.Add(Fault.Stall().ForKeys("slow*"));

        await wire.SendAsync("set fast 0 0 1\r\nx\r\nset slow:1 0 0 1\r\nx\r\nset fast:2 0 0 1\r\nx\r\n");
        await stall.WaitForHitsAsync(1);
        Assert.Equal(1, server.ItemCount);
        Assert.Equal("VALUE fast 0 1\r\nx\r\nEND\r\n", await Wire.ConverseAsync(server.EndPoint, "get fast\r\n"));

        stall.Remove();
        Assert.Equal("STORED\r\nSTORED\r\nSTORED\r\n", await wire.ReadAsync(24));
        Assert.Equal(3, server.ItemCount);
    }

    [Fact]
    public async Task A_stalled_server_can_be_killed_and_restarted()
    {
        await using var server = EmbeddedMemcached.Start();
        using var wire = await Wire.ConnectAsync(server.EndPoint);
        var stall = server.Faults.Add(Fault.Stall());
        await wire.SendAsync("mn\r\n");
        await stall.WaitForHitsAsync(1);

        server.Kill();
        Assert.Equal("reset", await wire.EndAsync());
        server.Restart();
        using var other = await Wire.ConnectAsync(server.EndPoint);
        await other.SendAsync("mn\r\n");
        stall.Dispose();
        Assert.Equal("MN\r\n", await other.ReadUntilAsync("\r\n"));
    }

    [Fact]
    public async Task A_server_that_is_stalled_for_good_can_be_disposed()
    {
        var server = EmbeddedMemcached.Start();
        var stall = server.Faults.Add(Fault.Stall());
        using var wire = await Wire.ConnectAsync(server.EndPoint);
        using var other = await Wire.ConnectAsync(server.EndPoint);
        await wire.SendAsync("mn\r\n");
        await server.DisposeAsync();
        Assert.Equal("reset", await wire.EndAsync());
        Assert.True(stall.IsOn);
    }

    [Fact]
    public async Task A_delay_keeps_the_order_and_holds_up_the_answer_not_the_work()
    {
        var time = new FakeTimeProvider();
        await using var server = EmbeddedMemcached.Start(new EmbeddedMemcachedOptions { TimeProvider = time });
        using var wire = await Wire.ConnectAsync(server.EndPoint);
        var delay = server.Faults.Add(Fault.Delay(TimeSpan.FromMilliseconds(200)));

        await wire.SendAsync("set a 0 0 1\r\nx\r\nget a\r\n");
        await delay.WaitForHitsAsync(2);
        await wire.SendAsync("get b\r\nmn\r\n");
        await delay.WaitForHitsAsync(4);
        Assert.Equal(1, server.ItemCount);
        Assert.Equal(0, wire.Socket.Available);

        delay.Remove();
        await wire.SendAsync("version\r\n");
        var answer = wire.ReadUntilAsync("VERSION 1.6.18\r\n");
        while (!answer.IsCompleted)
        {
            time.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Yield();
        }
        Assert.Equal("STORED\r\nVALUE a 0 1\r\nx\r\nEND\r\nEND\r\nMN\r\nVERSION 1.6.18\r\n", await answer);
        Assert.Equal("MN\r\n", await wire.AskAsync("mn\r\n"));
    }

    [Fact]
    public async Task Garbage_is_no_protocol_and_the_same_for_the_same_seed()
    {
        var first = await GarbageAsync();
        Assert.Equal(8, first.Length);
        Assert.EndsWith("\r\n", first, StringComparison.Ordinal);
        Assert.All(first[..^2], c => Assert.True(c >= 0x80));
        Assert.Equal(first, await GarbageAsync());

        static async Task<string> GarbageAsync()
        {
            await using var server = EmbeddedMemcached.Start();
            using var wire = await Wire.ConnectAsync(server.EndPoint);
            using (var garbage = server.Faults.Add(Fault.Garbage().WithProbability(1, seed: 7)))
            {
                var answer = await wire.AskAsync("set k 0 0 1\r\nx\r\n", answerLength: 8);
                Assert.Equal((1, 1), (garbage.Hits, server.ItemCount));
                garbage.Remove();
                Assert.Equal("MN\r\n", await wire.AskAsync("mn\r\n"));
                return answer;
            }
        }
    }

    [Fact]
    public async Task A_truncated_reply_ends_the_connection_after_so_many_bytes()
    {
        await using var server = EmbeddedMemcached.Start();
        using var wire = await Wire.ConnectAsync(server.EndPoint);
        await wire.AskAsync("set k 0 0 9\r\nsomething\r\n");
        using var truncate = server.Faults.Add(Fault.Truncate(17).ForKeys("k"));

        await wire.SendAsync("mn\r\nget k\r\nmn\r\n");

        Assert.Equal("MN\r\nVALUE k 0 9\r\nsome", await wire.ReadAsync(21));
        Assert.Equal("closed", await wire.EndAsync());
        Assert.Equal(1, truncate.Hits);
    }

    [Fact]
    public async Task Truncating_to_more_than_the_reply_still_closes()
    {
        await using var server = EmbeddedMemcached.Start();
        using var wire = await Wire.ConnectAsync(server.EndPoint);
        server.Faults.Add(Fault.Truncate(100));
        await wire.SendAsync("mn\r\nmn\r\n");
        Assert.Equal("MN\r\n", await wire.ReadAsync(4));
        Assert.Equal("closed", await wire.EndAsync());
    }

    [Fact]
    public async Task Drop_after_lets_so_many_commands_through_each_time()
    {
        await using var server = EmbeddedMemcached.Start();
        using var drop = server.Faults.Add(Fault.DropAfter(2));
        for (var round = 1; round <= 3; round++)
        {
            using var wire = await Wire.ConnectAsync(server.EndPoint);
            Assert.Equal("MN\r\n", await wire.AskAsync("mn\r\n"));
            Assert.Equal("MN\r\n", await wire.AskAsync("mn\r\n"));
            await wire.SendAsync("set k 0 0 1\r\nx\r\n");
            Assert.Equal("reset", await wire.EndAsync());
            Assert.Equal(round, drop.Hits);
        }
        Assert.Equal(0, server.ItemCount);
    }

    [Fact]
    public async Task Times_limits_how_often_a_fault_strikes()
    {
        await using var server = EmbeddedMemcached.Start();
        var drop = server.Faults.Add(Fault.DropAfter(0).Times(1));
        using (var wire = await Wire.ConnectAsync(server.EndPoint))
        {
            await wire.SendAsync("mn\r\n");
            Assert.Equal("reset", await wire.EndAsync());
        }
        Assert.Equal("MN\r\nMN\r\n", await Wire.ConverseAsync(server.EndPoint, "mn\r\nmn\r\n"));
        Assert.Equal(1, drop.Hits);
    }

    [Fact]
    public async Task Probability_follows_from_the_seed()
    {
        var first = await StruckAsync();
        Assert.InRange(first.Count(c => c == 'G'), 20, 80);
        Assert.Equal(first, await StruckAsync());

        static async Task<string> StruckAsync()
        {
            await using var server = EmbeddedMemcached.Start();
            using var wire = await Wire.ConnectAsync(server.EndPoint);
            server.Faults.Add(Fault.Garbage().WithProbability(0.5, seed: 42));
            var answers = await wire.AskAsync(string.Concat(Enumerable.Repeat("mn\r\n", 100)), answerLength: 400);
            return string.Concat(Enumerable.Range(0, 100).Select(i => answers.Substring(4 * i, 4) == "MN\r\n" ? 'M' : 'G'));
        }
    }

    [Theory]
    [InlineData("get user:1", true)]
    [InlineData("gets other user:1 other", true)]
    [InlineData("gat 0 other user:1", true)]
    [InlineData("gat user:1 other", false)]
    [InlineData("mg user:1 k", true)]
    [InlineData("get other", false)]
    [InlineData("delete user:2", true)]
    [InlineData("mn user:1", false)]
    [InlineData("stats user:1", false)]
    [InlineData("version", false)]
    [InlineData("mn", false)]
    public async Task A_fault_for_keys_strikes_commands_with_such_a_key(string command, bool struck)
    {
        await using var server = EmbeddedMemcached.Start();
        using var wire = await Wire.ConnectAsync(server.EndPoint);
        using var garbage = server.Faults.Add(Fault.Garbage().ForKeys("user:*"));
        await wire.AskAsync($"{command}\r\nmn\r\n", "MN\r\n");
        Assert.Equal(struck ? 1 : 0, garbage.Hits);
    }

    [Fact]
    public async Task A_set_that_arrives_in_pieces_is_struck_once()
    {
        await using var server = EmbeddedMemcached.Start();
        using var wire = await Wire.ConnectAsync(server.EndPoint);
        using var garbage = server.Faults.Add(Fault.Garbage().ForKeys("k"));
        foreach (var c in "set k 0 0 5\r\nhello\r\n")
        {
            await wire.SendAsync($"{c}");
        }
        Assert.NotEqual("STORED\r\n", await wire.ReadAsync(8));
        Assert.Equal((1, 1), (garbage.Hits, server.CommandCount));
    }

    [Fact]
    public async Task Clear_switches_everything_off()
    {
        await using var server = EmbeddedMemcached.Start();
        Fault[] faults = [Fault.Refuse(), Fault.Stall(), Fault.Garbage(), Fault.Truncate(0), Fault.DropAfter(0)];
        var handles = Array.ConvertAll(faults, server.Faults.Add);
        Assert.True(await Wire.IsRefusedAsync(server.EndPoint));
        server.Faults.Clear();
        Assert.Equal("MN\r\n", await Wire.ConverseAsync(server.EndPoint, "mn\r\n"));
        Assert.All(handles, handle => Assert.False(handle.IsOn));
        handles[0].Remove();
        Assert.True(server.IsListening);
    }

    [Fact]
    public async Task Faults_can_be_switched_under_load_without_losing_a_reply()
    {
        await using var server = EmbeddedMemcached.Start();
        var callers = Task.WhenAll(Enumerable.Range(0, 8).Select(caller => Task.Run(async () =>
        {
            using var wire = await Wire.ConnectAsync(server.EndPoint);
            for (var asked = 0; asked < 300; asked++)
            {
                var key = $"{caller}-{asked}";
                var answer = await wire.AskAsync($"ms k{key} 1 O{key}\r\nx\r\nmg k{key} v O{key}\r\n", "\r\nx\r\n");
                Assert.Equal($"HD O{key}\r\nVA 1 O{key}\r\nx\r\n", answer);
            }
        })));
        var hits = 0L;
        for (var round = 0; !callers.IsCompleted; round++)
        {
            using var stall = server.Faults.Add(Fault.Stall());
            using var delay = server.Faults.Add(Fault.Delay(TimeSpan.FromTicks(1)).WithProbability(0.3, round));
            await Task.Yield();
            hits += stall.Hits;
        }
        await callers;
        Assert.True(hits > 0);
        Assert.Equal(8 * 300 * 2, server.CommandCount);
    }

    [Fact]
    public async Task Waiting_for_hits_ends_with_the_fault()
    {
        await using var server = EmbeddedMemcached.Start();
        var garbage = server.Faults.Add(Fault.Garbage());
        var waiting = garbage.WaitForHitsAsync(2);
        await Wire.ConverseAsync(server.EndPoint, "mn\r\n");
        await garbage.WaitForHitsAsync(1);
        Assert.False(waiting.IsCompleted);
        garbage.Remove();
        await Assert.ThrowsAsync<InvalidOperationException>(() => waiting);
        await garbage.WaitForHitsAsync(1);
    }

    [Fact]
    public void Nonsense_is_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Fault.Delay(TimeSpan.Zero));
        Assert.Throws<ArgumentOutOfRangeException>(() => Fault.Truncate(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Fault.DropAfter(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Fault.Stall().WithProbability(1.1, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Fault.Stall().WithProbability(double.NaN, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Fault.Stall().Times(0));
        Assert.Throws<ArgumentException>(() => Fault.Stall().ForKeys(""));
        Assert.Throws<InvalidOperationException>(() => Fault.Refuse().Times(1));
    }

    // Another connection's write: it is applied when its turn comes, which no event tells.
    private static async Task EventuallyAsync(EmbeddedMemcached server, string command, string answer)
    {
        using var wire = await Wire.ConnectAsync(server.EndPoint);
        while (await wire.AskAsync(command, "END\r\n") != answer)
        {
            await Task.Yield();
        }
    }
}
