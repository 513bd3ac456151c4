using ActorCache.EmbeddedServer;
using ActorCache.EndToEnd.Tests.Faults;
using ActorCache.TestServers;

namespace ActorCache.EndToEnd.Tests.BadInput;

/// <summary>Batches that are empty, endless, broken halfway, or of which a part fails.</summary>
public sealed class BatchInput
{
    [Fact]
    public async Task Nothing_costs_nothing()
    {
        await using var server = EmbeddedMemcached.Start();
        await using var cache = await OneCache.StartAsync(server.Address);
        var before = server.CommandCount;
        Assert.Empty(await cache.Cache.GetManyAsync<string>([]));
        Assert.Empty(await cache.Cache.SetManyAsync(Array.Empty<KeyValuePair<string, string>>()));
        Assert.Empty(await cache.Cache.DeleteManyAsync([]));
        Assert.Equal(before, server.CommandCount);
    }

    [Fact]
    public async Task Ten_thousand_keys_of_which_each_comes_twice_are_ten_thousand_commands()
    {
        await using var server = EmbeddedMemcached.Start();
        await using var cache = await OneCache.StartAsync(server.Address);
        var keys = Enumerable.Range(0, 20_000).Select(n => $"key:{n % 10_000}").ToList();
        var stored = await cache.Cache.SetManyAsync(keys.Select(key => KeyValuePair.Create(key, key)));
        Assert.Equal(10_000, stored.Count);
        var before = server.CommandCount;
        var read = await cache.Cache.GetManyAsync<string>(keys);
        Assert.Equal(before + 10_000, server.CommandCount);
        Assert.All(read, result => Assert.Equal(result.Key, result.Value.Value));
        var deleted = await cache.Cache.DeleteManyAsync(keys);
        Assert.Equal((before + 20_000, 10_000), (server.CommandCount, deleted.Count));
        Assert.All(deleted.Values, result => Assert.Equal(CacheOutcome.Stored, result.Outcome));
    }

    [Fact]
    public async Task One_bad_key_of_a_thousand_is_named_and_nothing_is_sent()
    {
        await using var server = EmbeddedMemcached.Start();
        await using var cache = await OneCache.StartAsync(server.Address);
        var before = server.CommandCount;
        foreach (var bad in new[] { null, "", "a b", "a\r\nflush_all", new string('k', 251), "\ud800" })
        {
            var keys = Enumerable.Range(0, 1000).Select(n => n == 777 ? bad! : $"key:{n}").ToList();
            var refused = Assert.Throws<ArgumentException>(() => { _ = cache.Cache.GetManyAsync<string>(keys).AsTask(); });
            Assert.Contains("keys[777]", refused.Message, StringComparison.Ordinal);
            refused = Assert.Throws<ArgumentException>(() => { _ = cache.Cache.DeleteManyAsync(keys).AsTask(); });
            Assert.Contains("keys[777]", refused.Message, StringComparison.Ordinal);
            var items = keys.Select(key => KeyValuePair.Create(key, "value"));
            refused = Assert.Throws<ArgumentException>(() => { _ = cache.Cache.SetManyAsync(items).AsTask(); });
            Assert.Contains("items[777]", refused.Message, StringComparison.Ordinal);
        }
        Assert.Equal(before, server.CommandCount);
    }

    [Fact]
    public async Task Keys_without_end_are_listed_until_the_caller_gives_up_and_nothing_is_sent()
    {
        await using var server = EmbeddedMemcached.Start();
        await using var cache = await OneCache.StartAsync(server.Address);
        var before = server.CommandCount;
        using var cancellation = new CancellationTokenSource();
        var listed = 0;
        var thrown = await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await cache.Cache.GetManyAsync<string>(Endless(), cancellation.Token));
        Assert.Equal(cancellation.Token, thrown.CancellationToken);
        thrown = await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
            await cache.Cache.SetManyAsync(Endless().Select(key => KeyValuePair.Create(key, "value")), ct: cancellation.Token));
        Assert.Equal(cancellation.Token, thrown.CancellationToken);
        thrown = await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await cache.Cache.DeleteManyAsync(Endless(), cancellation.Token));
        Assert.Equal(cancellation.Token, thrown.CancellationToken);
        Assert.InRange(listed, 1000, 1100);
        Assert.Equal(before, server.CommandCount);
        Assert.Equal(CacheOutcome.Miss, (await cache.Cache.GetManyAsync<string>(["key"]))["key"].Outcome);

        IEnumerable<string> Endless()
        {
            while (true)
            {
                if (++listed == 1000) cancellation.Cancel();
                if (listed > 5000) throw new InvalidOperationException("nobody listened");
                yield return $"key:{listed}";
            }
        }
    }

    [Fact]
    public async Task A_part_that_fails_fails_key_by_key_and_the_rest_is_answered()
    {
        await using var one = await OneScripted.StartAsync();
        one.Server.Play(asked => asked.Key.EndsWith('3') ? "SERVER_ERROR out of memory reading request\r\n" : asked.Answer);
        var keys = Enumerable.Range(0, 100).Select(n => $"key:{n}").ToList();
        var read = await one.Cache.GetManyAsync<string>(keys);
        Assert.Equal(100, read.Count);
        foreach (var key in keys)
        {
            if (key.EndsWith('3')) Assert.Equal(CacheOutcome.ServerError, read[key].Outcome);
            else Assert.StartsWith(key + "|", read[key].Value, StringComparison.Ordinal);
        }
        var stored = await one.Cache.SetManyAsync(keys.Select(key => KeyValuePair.Create(key, "value")));
        foreach (var key in keys) Assert.Equal(key.EndsWith('3') ? CacheOutcome.ServerError : CacheOutcome.Stored, stored[key].Outcome);
        var deleted = await one.Cache.DeleteManyAsync(keys);
        foreach (var key in keys) Assert.Equal(key.EndsWith('3') ? CacheOutcome.ServerError : CacheOutcome.Stored, deleted[key].Outcome);
    }

    [Theory]
    [InlineData(ServerKind.Embedded)]
    [InlineData(ServerKind.Memcached)]
    public async Task A_batch_over_a_server_that_has_just_died_is_answered_whole_by_those_that_live(ServerKind kind)
    {
        await using var pool = await Pool.StartAsync(kind);
        var keys = pool.Servers.SelectMany(server => pool.KeysOf(server, 100)).ToList();
        await pool.Cache.SetManyAsync(keys.Select(key => KeyValuePair.Create(key, key)));
        var dead = pool.Servers[0];
        dead.Kill();

        // Nobody waits for the loss to be noticed: these find it out, or come after.
        var read = await pool.Cache.GetManyAsync<string>(keys).Patiently();
        var stored = await pool.Cache.SetManyAsync(keys.Select(key => KeyValuePair.Create(key, "new"))).Patiently();
        var deleted = await pool.Cache.DeleteManyAsync(keys).Patiently();
        foreach (var key in keys)
        {
            var isLost = pool.Cache.Monitor.Explain(key).Owner == dead.Address;
            Assert.Equal((isLost ? CacheOutcome.Miss : CacheOutcome.Hit, isLost), (read[key].Outcome, read[key].FromStandIn));
            Assert.Equal((CacheOutcome.Stored, CacheOutcome.Stored), (stored[key].Outcome, deleted[key].Outcome));
            Assert.DoesNotContain(dead.Address, (string?[])[read[key].Server, stored[key].Server, deleted[key].Server]);
        }
    }

    [Fact]
    public async Task A_batch_over_a_server_that_hangs_has_the_other_servers_hits_and_says_which_keys_have_none()
    {
        await using var hung = EmbeddedMemcached.Start();
        await using var well = EmbeddedMemcached.Start();
        await using var cache = await OneCache.StartAsync([hung.Address, well.Address], options =>
        {
            options.ReadTimeout = TimeSpan.FromSeconds(10);
            options.OperationTimeout = TimeSpan.FromMilliseconds(300);
        });
        await cache.Log.UntilAllServe();
        var (lost, kept) = (cache.KeysOf(hung.Address, 50), cache.KeysOf(well.Address, 50));
        foreach (var key in kept) await cache.Cache.SetAsync(key, key);
        hung.Faults.Add(Fault.Stall());
        var read = await cache.Cache.GetManyAsync<string>([.. lost, .. kept]).Patiently();
        Assert.All(lost, key => Assert.Equal(CacheOutcome.TimedOut, read[key].Outcome));
        Assert.All(kept, key => Assert.Equal(key, read[key].Value));
        hung.Faults.Clear();
    }
}
