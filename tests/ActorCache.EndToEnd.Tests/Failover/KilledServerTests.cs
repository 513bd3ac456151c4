using ActorCache.TestServers;

namespace ActorCache.EndToEnd.Tests.Failover;

/// <summary>A server dies under load: its keys are answered by the next server within the same call, and come back with it.</summary>
public sealed class KilledServerTests
{
    [Theory]
    [InlineData(ServerKind.Embedded, Dialect.Meta, 64)]
    [InlineData(ServerKind.Memcached, Dialect.Meta, 64)]
    [InlineData(ServerKind.TlsMemcached, Dialect.Meta, 64)]
    [InlineData(ServerKind.Memcached, Dialect.Meta, 16)]
    [InlineData(ServerKind.Embedded, Dialect.Classic, 64)]
    [InlineData(ServerKind.Memcached, Dialect.Classic, 64)]
    [InlineData(ServerKind.Memcached, Dialect.Binary, 64)]
    public async Task No_call_fails_when_one_of_three_servers_is_killed_and_restarted(ServerKind kind, Dialect dialect, int callers)
    {
        await using var pool = await Pool.StartAsync(kind, dialect);
        var victim = pool.Servers[1];
        string[] keys = [.. pool.Servers.SelectMany(server => pool.KeysOf(server, 40))];
        var load = await Load.StartAsync(pool.Cache, keys, callers);

        victim.Kill();
        await pool.Log.Next<ServerEvent.Suspected>(victim.Address);
        await pool.Log.Next<ServerEvent.Ejected>(victim.Address);
        await load.Calls(2000);
        foreach (var key in pool.KeysOf(victim, 40)) Assert.NotEqual(victim.Address, pool.Cache.Monitor.Explain(key).Server);

        victim.Restart();
        await pool.Log.Next<ServerEvent.Reinstated>(victim.Address);
        await load.Calls(2000);

        (await load.StopAsync()).IsFlawless();
        // Nobody else was disturbed.
        Assert.All(pool.Log.Events.Where(happened => happened is not ServerEvent.Up), happened => Assert.Equal(victim.Address, happened.Server));
        Assert.All(pool.Cache.Monitor.Current.Servers, server => Assert.Equal(ServerState.Up, server.State));
        await EveryKeyIsWithItsOwner(pool, keys);
    }

    [Theory]
    [InlineData(ServerKind.Embedded, Dialect.Meta)]
    [InlineData(ServerKind.Memcached, Dialect.Meta)]
    [InlineData(ServerKind.TlsMemcached, Dialect.Meta)]
    [InlineData(ServerKind.Embedded, Dialect.Classic)]
    [InlineData(ServerKind.Memcached, Dialect.Classic)]
    [InlineData(ServerKind.Memcached, Dialect.Binary)]
    public async Task Only_the_dead_servers_keys_move_each_to_its_stand_in(ServerKind kind, Dialect dialect)
    {
        await using var pool = await Pool.StartAsync(kind, dialect);
        string[] keys = [.. pool.Servers.SelectMany(server => pool.KeysOf(server, 40))];
        foreach (var key in keys) await pool.Cache.SetAsync(key, $"{key}|before");
        var before = keys.ToDictionary(key => key, pool.Cache.Monitor.Explain);

        var victim = pool.Servers[2];
        victim.Kill();
        await pool.Log.Next<ServerEvent.Suspected>(victim.Address);

        foreach (var key in keys)
        {
            var read = await pool.Cache.GetAsync<string>(key);
            if (before[key].Owner == victim.Address)
            {
                Assert.Equal(CacheOutcome.Miss, read.Outcome);
                Assert.Equal(before[key].StandIn, read.Server);
                Assert.True(read.FromStandIn);
                Assert.True((await pool.Cache.SetAsync(key, $"{key}|meanwhile")).IsStored);
                Assert.Equal($"{key}|meanwhile", (await pool.Cache.GetAsync<string>(key)).Value);
            }
            else
            {
                Assert.Equal($"{key}|before", read.Value);
                Assert.Equal(before[key].Owner, read.Server);
                Assert.False(read.FromStandIn);
            }
        }
    }

    [Theory]
    [InlineData(ServerKind.Embedded, Dialect.Meta)]
    [InlineData(ServerKind.Memcached, Dialect.Meta)]
    [InlineData(ServerKind.Embedded, Dialect.Classic)]
    [InlineData(ServerKind.Memcached, Dialect.Classic)]
    [InlineData(ServerKind.Memcached, Dialect.Binary)]
    public async Task The_first_call_after_the_death_is_answered_whether_it_was_noticed_or_not(ServerKind kind, Dialect dialect)
    {
        await using var pool = await Pool.StartAsync(kind, dialect);
        foreach (var victim in pool.Servers.Take(2))
        {
            var keys = pool.KeysOf(victim, 4);
            victim.Kill();
            Assert.True((await pool.Cache.SetAsync(keys[0], "value")).IsStored);
            Assert.Equal("value", (await pool.Cache.GetAsync<string>(keys[0])).Value);
            Assert.Equal(CacheOutcome.NotFound, (await pool.Cache.DeleteAsync(keys[1])).Outcome);
            Assert.Equal(CacheOutcome.NotFound, (await pool.Cache.TouchAsync(keys[2], TimeSpan.FromMinutes(1))).Outcome);
            Assert.All((await pool.Cache.GetManyAsync<string>(keys)).Values, read => Assert.True(read.Outcome is CacheOutcome.Hit or CacheOutcome.Miss));
            Assert.All((await pool.Cache.SetManyAsync(keys.Select(key => KeyValuePair.Create(key, key)))).Values, stored => Assert.True(stored.IsStored));
        }
    }

    [Theory]
    [InlineData(ServerKind.Embedded, Dialect.Meta)]
    [InlineData(ServerKind.Memcached, Dialect.Meta)]
    [InlineData(ServerKind.Embedded, Dialect.Classic)]
    [InlineData(ServerKind.Memcached, Dialect.Classic)]
    [InlineData(ServerKind.Memcached, Dialect.Binary)]
    public async Task A_restart_between_two_calls_costs_the_values_and_no_call(ServerKind kind, Dialect dialect)
    {
        await using var pool = await Pool.StartAsync(kind, dialect, options => options.ServerMaxRetry = 100); // however many dials fail before each new life
        var victim = pool.Servers[0];
        var keys = pool.KeysOf(victim, 5);
        for (var life = 1; life <= 5; life++)
        {
            foreach (var key in keys) Assert.True((await pool.Cache.SetAsync(key, $"{key}|{life}")).IsStored);
            victim.Restart();
            foreach (var key in keys)
            {
                var read = await pool.Cache.GetAsync<string>(key);
                Assert.True(read.Outcome == CacheOutcome.Miss, $"life {life}: {read} of {pool.Cache.Monitor.Explain(key)} after {string.Join("; ", pool.Log.Events)}");
            }
            await pool.Log.Next<ServerEvent.Suspected>(victim.Address);
            await pool.Log.Until(victim.Address, ServerState.Up);
            // What was stored in its place while it was away must not be taken for the owner's.
            foreach (var key in keys) await pool.Cache.DeleteAsync(key);
        }
        await EveryKeyIsWithItsOwner(pool, keys);
    }

    [Theory]
    [InlineData(ServerKind.Embedded, Dialect.Meta)]
    [InlineData(ServerKind.Memcached, Dialect.Meta)]
    [InlineData(ServerKind.Embedded, Dialect.Classic)]
    [InlineData(ServerKind.Memcached, Dialect.Classic)]
    [InlineData(ServerKind.Memcached, Dialect.Binary)]
    public async Task Two_of_three_servers_may_die_one_after_the_other(ServerKind kind, Dialect dialect)
    {
        await using var pool = await Pool.StartAsync(kind, dialect);
        string[] keys = [.. pool.Servers.SelectMany(server => pool.KeysOf(server, 20))];
        var load = await Load.StartAsync(pool.Cache, keys, callers: 32);

        foreach (var victim in pool.Servers.Take(2))
        {
            victim.Kill();
            await pool.Log.Next<ServerEvent.Ejected>(victim.Address);
            await load.Calls(500);
        }
        foreach (var victim in pool.Servers.Take(2))
        {
            victim.Restart();
            await pool.Log.Next<ServerEvent.Reinstated>(victim.Address);
            await load.Calls(500);
        }
        (await load.StopAsync()).IsFlawless();
        Assert.DoesNotContain(pool.Log.Events, happened => happened is ServerEvent.NoServerAlive);
        await EveryKeyIsWithItsOwner(pool, keys);
    }

    private static async Task EveryKeyIsWithItsOwner(Pool pool, IEnumerable<string> keys)
    {
        foreach (var key in keys)
        {
            // A key whose fate is in doubt stays with its stand-in for a moment longer.
            var owner = pool.Cache.Monitor.Explain(key).Owner;
            var read = await Patience.Until(() => pool.Cache.GetAsync<string>(key), answer => answer.Server == owner);
            Assert.False(read.FromStandIn);
        }
    }
}
