using ActorCache.TestServers;

namespace ActorCache.EndToEnd.Tests.Failover;

/// <summary>Three servers that all hold everything: one dies and nothing is missed; it comes back and nothing is old.</summary>
public sealed class ReplicatedTests
{
    private static readonly string[] Keys = [.. Enumerable.Range(0, 50).Select(i => $"key:{i}")];

    [Theory]
    [InlineData(ServerKind.Embedded, Dialect.Auto)]
    [InlineData(ServerKind.Memcached, Dialect.Auto)]
    [InlineData(ServerKind.Memcached, Dialect.Binary)]
    public async Task Nothing_is_missed_when_one_is_killed_and_nothing_is_old_or_missed_when_it_is_back(ServerKind kind, Dialect dialect)
    {
        await using var pool = await StartAsync(kind, dialect);
        var victim = pool.Servers[1];
        await Write(pool, "first");

        victim.Kill();
        await Expect(pool, "first"); // whether anybody has noticed or not
        await pool.Log.Next<ServerEvent.Ejected>(victim.Address);
        await Expect(pool, "first");
        await Write(pool, "second");

        victim.Restart();
        await pool.Log.Next<ServerEvent.Reinstated>(victim.Address);
        for (var i = 0; i < 10; i++) await Expect(pool, "second");
        await Write(pool, "third");
        for (var i = 0; i < 3; i++) await Expect(pool, "third");

        pool.Servers[0].Kill();
        pool.Servers[2].Kill();
        await Expect(pool, "third"); // what was written since lies there too
    }

    [Theory]
    [InlineData(ServerKind.Embedded, Dialect.Auto)]
    [InlineData(ServerKind.Memcached, Dialect.Auto)]
    public async Task What_was_written_while_one_hung_is_never_older_for_that_when_it_goes_on(ServerKind kind, Dialect dialect)
    {
        await using var pool = await StartAsync(kind, dialect);
        var victim = pool.Servers[2];
        await Write(pool, "first");

        victim.Hang();
        await Write(pool, "second"); // sent there too, and carried out when it goes on
        await pool.Log.Next<ServerEvent.Suspected>(victim.Address);
        foreach (var key in Keys.Take(10)) Assert.Equal(CacheOutcome.Stored, (await pool.Cache.DeleteAsync(key)).Outcome);
        await Write(pool, "third", Keys[10..]);
        await Expect(pool, "third", keys: Keys[10..]);

        victim.Resume();
        await Patience.Until(async () =>
        {
            await Expect(pool, "third", keys: Keys[10..]);
            foreach (var key in Keys.Take(10)) Assert.Equal(CacheOutcome.Miss, (await pool.Cache.GetAsync<string>(key)).Outcome);
            return pool.Cache.Monitor.Current.Servers.Single(server => server.Name == victim.Address);
        }, server => server is { State: ServerState.Up, AwaitsFlush: false });
        for (var i = 0; i < 10; i++)
        {
            await Expect(pool, "third", keys: Keys[10..]);
            foreach (var key in Keys.Take(10)) Assert.Equal(CacheOutcome.Miss, (await pool.Cache.GetAsync<string>(key)).Outcome);
        }
    }

    [Theory]
    [InlineData(ServerKind.Embedded, Dialect.Auto)]
    [InlineData(ServerKind.Memcached, Dialect.Auto)]
    [InlineData(ServerKind.Memcached, Dialect.Binary)]
    public async Task Counters_count_the_same_everywhere(ServerKind kind, Dialect dialect)
    {
        await using var pool = await StartAsync(kind, dialect);
        for (var i = 0; i < 10; i++) Assert.Equal((ulong)(i + 1), (await pool.Cache.IncrementAsync("count", initial: 1)).Value);
        for (var i = 0; i < 9; i++) Assert.Equal(10, (await pool.Cache.GetAsync<int>("count")).Value);
        Assert.Equal(CacheOutcome.NotStored, (await pool.Cache.StoreAsync("count", 1, new StoreOptions { Mode = StoreMode.Add })).Outcome);
    }

    private static Task<Pool> StartAsync(ServerKind kind, Dialect dialect) => Pool.StartAsync(kind, dialect, options =>
    {
        options.Distribution = "replicated";
        options.HoldDown = TimeSpan.Zero;
    });

    private static async Task Write(Pool pool, string value, string[]? keys = null)
    {
        var stored = await pool.Cache.SetManyAsync((keys ?? Keys).Select(key => KeyValuePair.Create(key, value)));
        Assert.All(stored.Values, result => Assert.Equal(CacheOutcome.Stored, result.Outcome));
    }

    private static Task Expect(Pool pool, string value) => Expect(pool, value, Keys);

    private static async Task Expect(Pool pool, string value, string[] keys)
    {
        foreach (var key in keys)
        {
            var read = await pool.Cache.GetAsync<string>(key);
            Assert.True(read.Value == value, $"{key} is {read.Value ?? "missing"} from {read}, and not {value}");
        }
    }
}
