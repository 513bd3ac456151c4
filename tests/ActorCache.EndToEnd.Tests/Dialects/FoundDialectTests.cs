using ActorCache.EmbeddedServer;
using ActorCache.EndToEnd.Tests.Faults;
using ActorCache.TestServers;

namespace ActorCache.EndToEnd.Tests.Dialects;

/// <summary>What a server speaks is found out when it is dialled, and found out again when another one has taken its place.</summary>
public sealed class FoundDialectTests
{
    [Fact]
    public async Task A_server_that_does_not_know_meta_is_served_in_classic_in_full()
    {
        using var old = EmbeddedMemcached.Start(new EmbeddedMemcachedOptions { MetaCommands = false });
        await using var cache = await OneCache.StartAsync(old.Address);
        Assert.Equal(Dialect.Classic, SpokenTo(cache, old.Address));

        Assert.True((await cache.Cache.SetAsync("key", "value")).IsStored);
        Assert.Equal("value", (await cache.Cache.GetAndTouchAsync<string>("key", TimeSpan.FromMinutes(1))).Value);
        Assert.Equal(5ul, (await cache.Cache.IncrementAsync("counter", initial: 5)).Value);
        Assert.True((await cache.Cache.FlushAllAsync()).IsComplete);
        Assert.Equal(CacheOutcome.Miss, (await cache.Cache.GetAsync<string>("key")).Outcome);
        Assert.DoesNotContain(cache.Log.Events, happened => happened is ServerEvent.Suspected);
    }

    [Fact]
    public async Task A_pool_may_speak_both()
    {
        using var old = EmbeddedMemcached.Start(new EmbeddedMemcachedOptions { MetaCommands = false });
        using var recent = EmbeddedMemcached.Start();
        await using var cache = await OneCache.StartAsync([old.Address, recent.Address]);
        await cache.Log.UntilAllServe();
        Assert.Equal((Dialect.Classic, Dialect.Meta), (SpokenTo(cache, old.Address), SpokenTo(cache, recent.Address)));

        string[] keys = [.. cache.KeysOf(old.Address, 50), .. cache.KeysOf(recent.Address, 50)];
        await cache.Cache.SetManyAsync(keys.Select(key => KeyValuePair.Create(key, $"{key}|1")));
        // What is asked of the one in classic goes on in meta at the other.
        old.Kill();
        foreach (var (key, read) in await cache.Cache.GetManyAsync<string>(keys))
            Assert.True(read.IsHit ? read.Value == $"{key}|1" : read is { Outcome: CacheOutcome.Miss, FromStandIn: true }, $"{key}: {read}");
        await cache.Log.Next<ServerEvent.Suspected>(old.Address);
        Assert.Null(SpokenTo(cache, old.Address));
    }

    [Theory]
    [InlineData(false, true)]
    [InlineData(true, false)]
    public async Task A_server_that_was_replaced_by_one_of_another_age_is_found_out(bool knewMeta, bool knowsMeta)
    {
        using var port = new ReservedPort();
        var before = EmbeddedMemcached.Start(new EmbeddedMemcachedOptions { Port = port.Number, MetaCommands = knewMeta });
        await using var cache = await OneCache.StartAsync(before.Address);
        Assert.Equal(knewMeta ? Dialect.Meta : Dialect.Classic, SpokenTo(cache, before.Address));

        before.Dispose();
        await cache.Log.Next<ServerEvent.Suspected>(before.Address);
        using var after = EmbeddedMemcached.Start(new EmbeddedMemcachedOptions { Port = port.Number, MetaCommands = knowsMeta });
        await cache.Log.UntilAllServe();
        Assert.Equal(knowsMeta ? Dialect.Meta : Dialect.Classic, SpokenTo(cache, before.Address));
        Assert.True((await cache.Cache.SetAsync("key", "value")).IsStored);
    }

    [Theory]
    [InlineData(Dialect.Meta)]
    [InlineData(Dialect.Classic)]
    public async Task A_server_that_does_not_speak_what_it_is_to_speak_cannot_be_reached(Dialect dialect)
    {
        // One that says ERROR to everything but what it knows.
        using var server = ScriptedServer.StartStranger(asked => dialect == Dialect.Meta && asked.Command == "get" ? "END\r\n"
            : dialect == Dialect.Classic && asked.Command is "mn" or "mg" ? asked.Answer : "ERROR\r\n");
        await using var cache = await OneCache.StartAsync([server.Address], options => options.Dialect = dialect);
        Assert.StartsWith("HandshakeFailed", (await cache.Log.Next<ServerEvent.Suspected>(server.Address)).Cause, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_whose_miss_echoes_nothing_is_spoken_to_in_classic()
    {
        using var server = ScriptedServer.StartStranger(asked => asked.Command switch
        {
            "mg" => "EN\r\n",
            "gets" => $"VALUE {asked.Key} 0 5 1\r\nvalue\r\nEND\r\n",
            _ => asked.Answer,
        });
        await using var cache = await OneCache.StartAsync(server.Address);
        Assert.Equal(Dialect.Classic, SpokenTo(cache, server.Address));
        Assert.Equal("value", (await cache.Cache.GetAsync<string>("key")).Value);
        Assert.Equal(1, server.Connects);
    }

    [Fact]
    public async Task A_peer_that_hangs_up_on_what_it_does_not_know_costs_three_dials_and_the_next_time_one()
    {
        using var proxy = ScriptedServer.StartStranger(DataOnly);
        await using var cache = await OneCache.StartAsync(proxy.Address);
        Assert.Equal((Dialect.Classic, 3), (SpokenTo(cache, proxy.Address), proxy.Connects));

        proxy.ResetAll();
        await cache.Log.Next<ServerEvent.Suspected>(proxy.Address);
        await cache.Log.UntilAllServe();
        Assert.Equal((Dialect.Classic, 4), (SpokenTo(cache, proxy.Address), proxy.Connects));
        Assert.Equal(CacheOutcome.NotSupported, (await cache.Cache.FlushAllAsync()).Servers[proxy.Address]);
        Assert.Equal(CacheOutcome.Miss, (await cache.Cache.GetAsync<string>("key")).Outcome);
        Assert.Equal(4, proxy.Connects);
    }

    [Fact]
    public async Task A_peer_that_hangs_up_on_stats_is_found_out_in_a_dialect_that_was_asked_for_too()
    {
        using var proxy = ScriptedServer.StartStranger(DataOnly);
        await using var cache = await OneCache.StartAsync(proxy.Address, options => options.Dialect = Dialect.Classic);
        Assert.Equal((Dialect.Classic, 3), (SpokenTo(cache, proxy.Address), proxy.Connects));
        Assert.Equal(CacheOutcome.NotSupported, (await cache.Cache.FlushAllAsync()).Servers[proxy.Address]);

        proxy.ResetAll();
        await cache.Log.Next<ServerEvent.Suspected>(proxy.Address);
        await cache.Log.UntilAllServe();
        Assert.Equal(4, proxy.Connects);
    }

    [Fact]
    public async Task A_peer_that_accepts_and_hangs_up_at_once_is_dialled_once_an_attempt()
    {
        using var peer = ScriptedServer.StartStranger(_ => new Said("", Afterwards.Closed));
        await using var cache = await OneCache.StartAsync([peer.Address], options =>
        {
            options.RetryDelay = options.MaxRetryDelay = TimeSpan.FromMinutes(1);
            options.ServerMaxRetry = 2;
        });
        await cache.Log.Next<ServerEvent.Suspected>(peer.Address);
        Assert.Equal(1, peer.Connects);
    }

    private static Said DataOnly(Asked asked) => asked.Command is "get" or "gets" ? "END\r\n" : new Said("", Afterwards.Closed);

    private static Dialect? SpokenTo(OneCache cache, string server) => cache.Cache.Monitor.Current.Servers.Single(one => one.Name == server).Dialect;
}
