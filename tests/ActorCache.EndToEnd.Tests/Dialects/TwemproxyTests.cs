using ActorCache.EndToEnd.Tests.Failover;
using ActorCache.TestServers;

namespace ActorCache.EndToEnd.Tests.Dialects;

/// <summary>A real twemproxy as one server of a pool: what it can do stands in the contract; here it, or what is behind it, is hurt.</summary>
public sealed class TwemproxyTests
{
    [Fact]
    public async Task No_call_fails_when_one_of_two_proxies_is_killed_and_comes_back()
    {
        using var victim = TwemproxyProcess.Start();
        using var other = TwemproxyProcess.Start();
        await using var cache = await OneCache.StartAsync([victim.Address, other.Address]);
        await cache.Log.UntilAllServe();
        string[] keys = [.. cache.KeysOf(victim.Address, 40), .. cache.KeysOf(other.Address, 40)];
        var load = await Load.StartAsync(cache.Cache, keys, callers: 32);

        victim.Kill();
        await cache.Log.Next<ServerEvent.Ejected>(victim.Address);
        await load.Calls(1000);
        // The servers behind it have not been restarted: what they hold is older than what was written meanwhile.
        victim.Restart();
        await cache.Log.Next<ServerEvent.Reinstated>(victim.Address);
        await load.Calls(1000);
        (await load.StopAsync()).IsFlawless();
    }

    [Fact]
    public async Task What_was_written_while_it_was_away_is_not_served_from_what_it_held_before()
    {
        using var victim = TwemproxyProcess.Start();
        using var other = TwemproxyProcess.Start();
        await using var cache = await OneCache.StartAsync([victim.Address, other.Address]);
        await cache.Log.UntilAllServe();
        var keys = cache.KeysOf(victim.Address, 50);
        foreach (var key in keys) await cache.Cache.SetAsync(key, "older");

        victim.Kill();
        await cache.Log.Next<ServerEvent.Ejected>(victim.Address);
        foreach (var key in keys) Assert.True((await cache.Cache.SetAsync(key, "newer")).IsStored);
        victim.Restart();
        await cache.Log.Next<ServerEvent.Reinstated>(victim.Address);
        foreach (var key in keys)
        {
            var read = await Patience.Until(() => cache.Cache.GetAsync<string>(key), answer => answer.Server == victim.Address);
            Assert.NotEqual("older", read.Value);
        }
    }

    [Fact]
    public async Task More_written_meanwhile_than_its_journal_holds_keeps_it_out_as_it_cannot_be_flushed()
    {
        using var victim = TwemproxyProcess.Start();
        using var other = TwemproxyProcess.Start();
        await using var cache = await OneCache.StartAsync([victim.Address, other.Address], options => options.JournalMaxKeys = 10);
        await cache.Log.UntilAllServe();
        var keys = cache.KeysOf(victim.Address, 50);
        foreach (var key in keys) await cache.Cache.SetAsync(key, "older");

        victim.Kill();
        await cache.Log.Next<ServerEvent.Ejected>(victim.Address);
        foreach (var key in keys) Assert.True((await cache.Cache.SetAsync(key, "newer")).IsStored);
        victim.Restart();
        await cache.Log.Next<ServerEvent.KeptOut>(victim.Address);
        foreach (var key in keys)
        {
            var read = await cache.Cache.GetAsync<string>(key);
            Assert.Equal(("newer", other.Address), (read.Value, read.Server));
        }
    }

    [Fact]
    public async Task A_dead_server_behind_it_costs_its_own_keys_an_answer_and_nobody_the_proxy()
    {
        using var proxy = TwemproxyProcess.Start();
        await using var cache = await OneCache.StartAsync(proxy.Address);
        proxy.Backends[0].Kill();
        var outcomes = new List<CacheOutcome>();
        for (var n = 0; n < 60; n++) outcomes.Add((await cache.Cache.SetAsync($"key:{n}", "value")).Outcome);
        Assert.Equal([CacheOutcome.Stored, CacheOutcome.ServerError], outcomes.Distinct().Order());
        Assert.DoesNotContain(cache.Log.Events, happened => happened is ServerEvent.Suspected);

        proxy.Backends[0].Restart();
        await Patience.Until(() => cache.Cache.SetAsync($"key:{outcomes.IndexOf(CacheOutcome.ServerError)}", "value"), stored => stored.IsStored);
    }
}
