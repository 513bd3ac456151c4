using ActorCache.EndToEnd.Tests.Creation;
using ActorCache.TestServers;

namespace ActorCache.EndToEnd.Tests.Failover;

/// <summary>Whatever becomes of the server while a value is created, its callers get the value, and nobody an older one.</summary>
public sealed class CreationDuringFailureTests
{
    [Theory]
    [InlineData(ServerKind.Embedded)]
    [InlineData(ServerKind.Memcached)]
    public async Task Without_a_server_callers_of_one_process_still_wait_for_one_creation(ServerKind kind)
    {
        using var server = CacheServer.Start(kind);
        await using var one = await OneCache.StartAsync(server.Address);
        server.Kill();
        await one.Log.Next<ServerEvent.NoServerAlive>();
        var creator = new GatedCreator<string>("value");
        var callers = Enumerable.Range(0, 100).Select(_ => one.Cache.GetOrCreateAsync("key", creator.RunAsync).AsTask()).ToList();
        await creator.Begun;
        creator.Open();
        foreach (var result in await Task.WhenAll(callers).Patiently())
            Assert.Equal((CacheOutcome.Unavailable, "value", true, false), (result.Outcome, result.Value, result.HasValue, result.IsHit));
        Assert.Equal(1, creator.Runs);
    }

    [Theory]
    [InlineData(ServerKind.Embedded)]
    [InlineData(ServerKind.Memcached)]
    public async Task When_the_server_is_killed_during_a_creation_the_value_is_handed_out_and_the_next_one_is_stored_elsewhere(ServerKind kind)
    {
        await using var pool = await Pool.StartAsync(kind);
        var victim = pool.Servers[0];
        var key = pool.KeysOf(victim, 1)[0];
        var creator = new GatedCreator<string>("first");
        var caller = pool.Cache.GetOrCreateAsync(key, creator.RunAsync).AsTask();
        await creator.Begun;
        victim.Kill();
        await pool.Log.Next<ServerEvent.Suspected>(victim.Address);
        creator.Open();
        var first = await caller.Patiently();
        // The lease was that server's: a stand-in knows nothing of it, and may hold what somebody has set meanwhile.
        Assert.Equal((CacheOutcome.Unavailable, "first"), (first.Outcome, first.Value));

        var second = await pool.Cache.GetOrCreateAsync(key, _ => ValueTask.FromResult("second")).Patiently();
        Assert.Equal((CacheOutcome.Stored, "second"), (second.Outcome, second.Value));
        Assert.NotEqual(victim.Address, second.Server);
        var read = await pool.Cache.GetAsync<string>(key);
        Assert.Equal((CacheOutcome.Hit, "second", true), (read.Outcome, read.Value, read.FromStandIn));
    }

    [Theory]
    [InlineData(ServerKind.Embedded)]
    [InlineData(ServerKind.Memcached)]
    public async Task When_the_server_hangs_during_a_creation_what_it_does_later_brings_nothing_old_back(ServerKind kind)
    {
        await using var pool = await Pool.StartAsync(kind, options => options.ReadTimeout = TimeSpan.FromMilliseconds(200));
        var victim = pool.Servers[0];
        var key = pool.KeysOf(victim, 1)[0];
        var creator = new GatedCreator<string>("old");
        var caller = pool.Cache.GetOrCreateAsync(key, creator.RunAsync).AsTask();
        await creator.Begun;
        victim.Hang();
        creator.Open();
        var created = await caller.Patiently();
        Assert.Equal("old", created.Value);
        Assert.False(created.IsHit);
        Assert.Equal(CacheOutcome.Stored, (await Patience.Until(() => pool.Cache.SetAsync(key, "new"), stored => stored.IsStored)).Outcome);

        victim.Resume();
        var read = await Patience.Until(() => pool.Cache.GetAsync<string>(key), answer =>
        {
            Assert.True(answer.Outcome is not CacheOutcome.Hit || answer.Value == "new", $"{answer}: {answer.Value}");
            return answer.Server == victim.Address && pool.Cache.Monitor.Explain(key).Server == victim.Address;
        });
        Assert.NotEqual("old", read.Value);
    }

    [Theory]
    [InlineData(ServerKind.Embedded)]
    [InlineData(ServerKind.Memcached)]
    public async Task Who_waits_for_another_process_creates_himself_when_their_server_dies(ServerKind kind)
    {
        await using var pool = await Pool.StartAsync(kind);
        var victim = pool.Servers[0];
        var key = pool.KeysOf(victim, 1)[0];
        Assert.Contains(" W", await TextConnection.AskAsync(victim.Address, $"mg {key} v N600"), StringComparison.Ordinal);
        var caller = pool.Cache.GetOrCreateAsync(key, _ => ValueTask.FromResult("value")).AsTask();
        victim.Kill();
        var created = await caller.Patiently();
        Assert.Equal("value", created.Value);
        Assert.NotEqual(victim.Address, created.Server);
    }

    [Theory]
    [InlineData(ServerKind.Embedded)]
    [InlineData(ServerKind.Memcached)]
    public async Task A_stale_value_of_an_outage_is_not_served_by_the_server_that_returns(ServerKind kind)
    {
        await using var pool = await Pool.StartAsync(kind, options => options.ReadTimeout = TimeSpan.FromMilliseconds(200));
        var victim = pool.Servers[0];
        var key = pool.KeysOf(victim, 1)[0];
        await pool.Cache.SetAsync(key, "old");
        victim.Hang();
        // The stand-in knows no such item; the owner's copy is not to be found again all the same.
        Assert.Equal(CacheOutcome.NotFound, (await pool.Cache.InvalidateAsync(key, TimeSpan.FromMinutes(1)).Patiently()).Outcome);
        victim.Resume();
        await Patience.Until(() => pool.Cache.GetAsync<string>(key), answer =>
        {
            Assert.NotEqual(CacheOutcome.Hit, answer.Outcome);
            return answer.Server == victim.Address;
        });
        Assert.Equal("new", (await pool.Cache.GetOrCreateAsync(key, _ => ValueTask.FromResult("new")).Patiently()).Value);
    }

    [Fact]
    public async Task A_creation_that_ends_after_shutdown_hands_its_value_out()
    {
        using var server = CacheServer.Start(ServerKind.Embedded);
        var one = await OneCache.StartAsync(server.Address);
        var creator = new GatedCreator<string>("value");
        var caller = one.Cache.GetOrCreateAsync("key", creator.RunAsync).AsTask();
        await creator.Begun;
        await one.DisposeAsync();
        creator.Open();
        Assert.Equal((CacheOutcome.Unavailable, "value"), ((await caller.Patiently()).Outcome, (await caller).Value));
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await one.Cache.GetOrCreateAsync("key", creator.RunAsync));
    }
}
