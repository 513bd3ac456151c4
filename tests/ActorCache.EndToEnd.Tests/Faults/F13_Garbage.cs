namespace ActorCache.EndToEnd.Tests.Faults;

/// <summary>F13: bytes of replies are flipped on the way. What memcached cannot tell, a bit inside a value, is left out.</summary>
public sealed class F13_Garbage
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Flipped_bits_cost_connections_and_give_nobody_another_keys_value(int seed)
    {
        await using var one = await OneScripted.StartAsync(options => options.ReadTimeout = TimeSpan.FromMilliseconds(300));
        var random = new Random(seed);
        var struck = 0;
        one.Server.Play(asked =>
        {
            lock (random)
            {
                if (random.Next(500) != 0) return asked.Answer;
                struck++;
                var head = asked.Answer.IndexOf('\n', StringComparison.Ordinal) + 1;
                var at = random.Next(head + 2);
                if (at >= head) at = asked.Answer.Length - 2 + (at - head);
                var spoiled = asked.Answer.ToCharArray();
                spoiled[at] = (char)(spoiled[at] ^ (1 << random.Next(8)));
                return new string(spoiled);
            }
        });

        var tally = await one.GetAsync(callers: 16, each: 1000);
        Assert.Empty(tally.Wrong);
        Assert.InRange(struck, 5, 500);
        Assert.NotEqual(0, tally.Unanswered);
        Assert.Contains(one.Log.Events.OfType<ServerEvent.Suspected>(), happened => happened.Cause.StartsWith("ProtocolViolation", StringComparison.Ordinal));

        one.Server.Play(null);
        await one.Log.UntilAllServe();
        // The end of the last spoiled connection may be still to come.
        await one.GetAsync(callers: 16, each: 10);
        var healed = await one.GetAsync(callers: 16, each: 100);
        Assert.Equal((1600, 0), (healed.Hits, healed.Unanswered));
    }

    [Theory]
    [InlineData("\0\0\0\0\r\n")]
    [InlineData("\u0080\u0081\u00ff\r\n")]
    [InlineData("\r\n")]
    [InlineData("va 1 O1\r\nx\r\n")]
    [InlineData("VA  1\r\nx\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\n\r\n")]
    [InlineData("VALUE key 0 1\r\nx\r\nEND\r\n")]
    [InlineData("+OK\r\n")]
    public async Task What_is_no_reply_closes_the_connection_and_no_other(string garbage)
    {
        using var other = ScriptedServer.Start();
        using var victim = ScriptedServer.Start();
        await using var cache = await OneCache.StartAsync([victim.Address, other.Address]);
        await cache.Log.UntilAllServe();
        var key = cache.KeysOf(victim.Address, 1)[0];
        victim.Play(asked => asked.Connection == 1 ? garbage : asked.Answer);

        var read = await cache.Cache.GetAsync<string>(key).Patiently();
        Assert.StartsWith(key + "|", read.Value, StringComparison.Ordinal);
        Assert.Equal((other.Address, true), (read.Server, read.FromStandIn));
        Assert.StartsWith("ProtocolViolation", (await cache.Log.Next<ServerEvent.Suspected>(victim.Address)).Cause, StringComparison.Ordinal);
        await cache.Log.UntilAllServe();
        Assert.Equal(victim.Address, (await cache.Cache.GetAsync<string>(key).Patiently()).Server);
        Assert.Equal(1, other.Connects);
    }
}
