using System.Globalization;
using ActorCache.TestServers;

namespace ActorCache.EndToEnd.Tests.Failover;

/// <summary>
/// A server hangs under load: it accepts connects and answers nothing. No call waits for it longer than the read timeout, its keys are
/// answered by the next server, and what it says when it wakes up reaches nobody it is not for.
/// </summary>
public sealed class HungServerTests
{
    [Theory]
    [InlineData(ServerKind.Embedded, Dialect.Meta)]
    [InlineData(ServerKind.Memcached, Dialect.Meta)]
    [InlineData(ServerKind.TlsMemcached, Dialect.Meta)]
    [InlineData(ServerKind.Embedded, Dialect.Classic)]
    [InlineData(ServerKind.Memcached, Dialect.Classic)]
    [InlineData(ServerKind.Memcached, Dialect.Binary)]
    public async Task No_call_fails_or_waits_for_the_whole_budget_when_one_of_three_servers_hangs(ServerKind kind, Dialect dialect)
    {
        await using var pool = await Pool.StartAsync(kind, dialect, Brisk);
        var victim = pool.Servers[1];
        string[] keys = [.. pool.Servers.SelectMany(server => pool.KeysOf(server, 40))];
        var load = await Load.StartAsync(pool.Cache, keys, callers: 32);

        victim.Hang();
        await pool.Log.Next<ServerEvent.Suspected>(victim.Address);
        await load.Calls(1000);
        foreach (var key in pool.KeysOf(victim, 10)) Assert.NotEqual(victim.Address, (await pool.Cache.GetAsync<string>(key)).Server);
        await pool.Log.Next<ServerEvent.Ejected>(victim.Address);

        victim.Resume();
        await pool.Log.Next<ServerEvent.Reinstated>(victim.Address);
        await load.Calls(2000);

        var report = await load.StopAsync();
        report.IsFlawless();
        Assert.InRange(report.Longest, TimeSpan.Zero, Budget);
        await pool.Log.UntilAllServe();
        foreach (var key in keys)
        {
            var owner = pool.Cache.Monitor.Explain(key).Owner;
            await Patience.Until(() => pool.Cache.GetAsync<string>(key), answer => answer.Server == owner);
        }
    }

    [Theory]
    [InlineData(ServerKind.Embedded, Dialect.Meta)]
    [InlineData(ServerKind.Memcached, Dialect.Meta)]
    [InlineData(ServerKind.TlsMemcached, Dialect.Meta)]
    [InlineData(ServerKind.Embedded, Dialect.Classic)]
    [InlineData(ServerKind.Memcached, Dialect.Classic)]
    [InlineData(ServerKind.Memcached, Dialect.Binary)]
    public async Task Every_call_that_was_in_flight_to_it_is_answered_by_the_stand_in(ServerKind kind, Dialect dialect)
    {
        await using var pool = await Pool.StartAsync(kind, dialect, Brisk);
        var victim = pool.Servers[0];
        var keys = pool.KeysOf(victim, 30);

        victim.Hang();
        var sets = keys.Select(key => pool.Cache.SetAsync(key, $"{key}|new").AsTask()).ToList();
        var gets = keys.Select(key => pool.Cache.GetAsync<string>(key).AsTask()).ToList();
        foreach (var stored in await Task.WhenAll(sets).Patiently())
        {
            Assert.Equal(CacheOutcome.Stored, stored.Outcome);
            Assert.NotEqual(victim.Address, stored.Server);
            Assert.True(stored.MayHaveBeenApplied);
        }
        foreach (var read in await Task.WhenAll(gets).Patiently())
        {
            Assert.True(read.Outcome is CacheOutcome.Hit or CacheOutcome.Miss);
            Assert.NotEqual(victim.Address, read.Server);
            Assert.True(read.FromStandIn);
        }
    }

    [Theory]
    [InlineData(ServerKind.Embedded, Dialect.Meta)]
    [InlineData(ServerKind.Memcached, Dialect.Meta)]
    [InlineData(ServerKind.Embedded, Dialect.Classic)]
    [InlineData(ServerKind.Memcached, Dialect.Classic)]
    [InlineData(ServerKind.Memcached, Dialect.Binary)]
    public async Task What_must_not_be_done_twice_is_Unavailable_and_may_have_been_done_once(ServerKind kind, Dialect dialect)
    {
        await using var pool = await Pool.StartAsync(kind, dialect, Brisk);
        var victim = pool.Servers[2];
        const int Counters = 16, CallsEach = 4;
        var keys = pool.KeysOf(victim, Counters, "counter");
        var texts = pool.KeysOf(victim, 4, "text");
        foreach (var key in keys) await pool.Cache.SetAsync(key, 1000);
        foreach (var key in texts) await pool.Cache.SetAsync(key, "a");
        var version = (await pool.Cache.GetAsync<string>(texts[0])).Cas;

        victim.Hang();
        var counts = keys.SelectMany(key => Enumerable.Range(0, CallsEach).Select(n => n % 2 == 0
            ? pool.Cache.IncrementAsync(key, by: 3).AsTask()
            : pool.Cache.DecrementAsync(key).AsTask())).ToList();
        var stores = new[]
        {
            pool.Cache.StoreAsync(texts[0], "b", new StoreOptions { Cas = version }).AsTask(),
            pool.Cache.StoreAsync(texts[1], "b", new StoreOptions { Mode = StoreMode.Append }).AsTask(),
            pool.Cache.StoreAsync(texts[2], "b", new StoreOptions { Mode = StoreMode.Replace }).AsTask(),
            pool.Cache.StoreAsync(texts[3], "b", new StoreOptions { Mode = StoreMode.Add }).AsTask(),
        };
        foreach (var count in await Task.WhenAll(counts).Patiently())
            Assert.Equal(new CounterResult(CacheOutcome.Unavailable, 0, victim.Address, MayHaveBeenApplied: true), count);
        foreach (var store in await Task.WhenAll(stores).Patiently())
            Assert.Equal(new StoreResult(CacheOutcome.Unavailable, victim.Address, MayHaveBeenApplied: true), store);

        // Those that begin now go to the stand-in, which has no such counter.
        await pool.Log.Next<ServerEvent.Suspected>(victim.Address);
        Assert.Equal(CacheOutcome.NotFound, (await pool.Cache.IncrementAsync(keys[0])).Outcome);

        victim.Resume();
        await pool.Log.Until(victim.Address, ServerState.Up);
        foreach (var key in keys)
        {
            var value = int.Parse((await pool.Cache.GetAsync<string>(key)).Value!, CultureInfo.InvariantCulture);
            Assert.InRange(value, 1000 - CallsEach / 2, 1000 + 3 * (CallsEach / 2));
        }
        Assert.Contains((await pool.Cache.GetAsync<string>(texts[1])).Value, (string[])["a", "ab"]);
    }

    [Theory]
    [InlineData(ServerKind.Embedded, Dialect.Meta)]
    [InlineData(ServerKind.Memcached, Dialect.Meta)]
    [InlineData(ServerKind.Embedded, Dialect.Classic)]
    [InlineData(ServerKind.Memcached, Dialect.Classic)]
    [InlineData(ServerKind.Memcached, Dialect.Binary)]
    public async Task A_server_may_hang_again_and_again(ServerKind kind, Dialect dialect)
    {
        await using var pool = await Pool.StartAsync(kind, dialect, Brisk);
        string[] keys = [.. pool.Servers.SelectMany(server => pool.KeysOf(server, 20))];
        var load = await Load.StartAsync(pool.Cache, keys, callers: 16);
        for (var round = 0; round < 3; round++)
        {
            var victim = pool.Servers[round % 2];
            victim.Hang();
            await pool.Log.Next<ServerEvent.Suspected>(victim.Address);
            await load.Calls(100);
            victim.Resume();
            await pool.Log.Until(victim.Address, ServerState.Up);
            await load.Calls(100);
        }
        (await load.StopAsync()).IsFlawless();
    }

    private static readonly TimeSpan Budget = TimeSpan.FromSeconds(10);

    // Short, and still long enough that a healthy server on an overloaded machine is not taken for a hung one.
    private static void Brisk(ActorCacheOptions options)
    {
        options.ReadTimeout = TimeSpan.FromMilliseconds(750);
        options.ConnectTimeout = TimeSpan.FromMilliseconds(500);
        options.OperationTimeout = Budget;
    }
}
