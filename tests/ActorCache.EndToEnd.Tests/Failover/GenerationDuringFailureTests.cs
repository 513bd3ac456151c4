using ActorCache.TestServers;

namespace ActorCache.EndToEnd.Tests.Failover;

/// <summary>The server that has a namespace's or a tag's generation fails: what was invalidated stays so, and what cannot be told is not served.</summary>
public sealed class GenerationDuringFailureTests
{
    [Theory]
    [InlineData(ServerKind.Embedded)]
    [InlineData(ServerKind.Memcached)]
    public async Task With_no_server_calls_in_a_namespace_say_so(ServerKind kind)
    {
        using var server = CacheServer.Start(kind);
        await using var one = await OneCache.StartAsync(server.Address);
        var users = one.Cache.Namespace("users");
        await one.Cache.StoreAsync("tagged", "value", new StoreOptions { Tags = ["red"] });
        server.Kill();
        await one.Log.Next<ServerEvent.NoServerAlive>();
        Assert.Equal(CacheOutcome.Unavailable, (await users.GetAsync<string>("1").Patiently()).Outcome);
        Assert.Equal(CacheOutcome.Unavailable, (await users.SetAsync("1", "x").Patiently()).Outcome);
        Assert.Equal(CacheOutcome.Unavailable, (await users.InvalidateAsync().Patiently()).Outcome);
        Assert.Equal(CacheOutcome.Unavailable, (await users.Namespace("inner").InvalidateAsync().Patiently()).Outcome);
        Assert.Equal(CacheOutcome.Unavailable, (await one.Cache.InvalidateTagAsync("red").Patiently()).Outcome);
        Assert.Equal(CacheOutcome.Unavailable, (await one.Cache.StoreAsync("tagged", "x", new StoreOptions { Tags = ["red"] }).Patiently()).Outcome);
        Assert.Equal(CacheOutcome.Unavailable, (await one.Cache.GetAsync<string>("tagged").Patiently()).Outcome);
        Assert.Equal("made", (await users.GetOrCreateAsync("1", _ => ValueTask.FromResult("made")).Patiently()).Value);
    }

    [Theory]
    [InlineData(ServerKind.Embedded)]
    [InlineData(ServerKind.Memcached)]
    public async Task A_generation_that_dies_with_its_server_reads_as_invalidated(ServerKind kind)
    {
        await using var pool = await Pool.StartAsync(kind);
        var victim = pool.Servers[0];
        var name = NameOn(pool, victim);
        var users = pool.Cache.Namespace(name);
        await users.SetManyAsync(Enumerable.Range(0, 50).Select(n => KeyValuePair.Create($"{n}", n)));
        victim.Kill();
        await pool.Log.Next<ServerEvent.Suspected>(victim.Address);
        Assert.All((await users.GetManyAsync<int>(Enumerable.Range(0, 50).Select(n => $"{n}")).Patiently()).Values, read => Assert.Equal(CacheOutcome.Miss, read.Outcome));
        Assert.Equal(CacheOutcome.Stored, (await users.SetAsync("1", 1).Patiently()).Outcome);
        Assert.Equal(1, (await users.GetAsync<int>("1").Patiently()).Value);
    }

    [Theory]
    [InlineData(ServerKind.Embedded)]
    [InlineData(ServerKind.Memcached)]
    public async Task What_was_invalidated_while_the_generations_server_hung_stays_so_when_it_is_back(ServerKind kind)
    {
        await using var pool = await Pool.StartAsync(kind, options => options.ReadTimeout = TimeSpan.FromMilliseconds(200));
        var victim = pool.Servers[0];
        var (name, tag) = (NameOn(pool, victim), TagOn(pool, victim));
        // Values elsewhere, so that they outlive it.
        var users = pool.Cache.Namespace(name);
        var keys = Enumerable.Range(0, 50).Select(n => $"{n}").ToList();
        var tagged = pool.KeysOf(pool.Servers[1], 20);
        await users.SetManyAsync(keys.Select(key => KeyValuePair.Create(key, "old")));
        foreach (var key in tagged) await pool.Cache.StoreAsync(key, "old", new StoreOptions { Tags = [tag] });

        victim.Hang();
        await Patience.Until(() => users.InvalidateAsync(), ended => ended.IsStored);
        await Patience.Until(() => pool.Cache.InvalidateTagAsync(tag), ended => ended.IsStored);
        victim.Resume();
        await Patience.Until(() => pool.Cache.GetAsync<string>(name + "~probe"), _ =>
        {
            var generation = pool.Cache.Monitor.Explain($"{name}~");
            return generation.Server == victim.Address && pool.Cache.Monitor.Explain($"~{tag}").Server == victim.Address;
        });
        Assert.All((await users.GetManyAsync<string>(keys).Patiently()).Values, read => Assert.NotEqual(CacheOutcome.Hit, read.Outcome));
        Assert.All((await pool.Cache.GetManyAsync<string>(tagged).Patiently()).Values, read => Assert.NotEqual(CacheOutcome.Hit, read.Outcome));
    }

    private static string NameOn(Pool pool, ICacheServer server) => Enumerable.Range(0, int.MaxValue).Select(n => $"users{n}").First(name => pool.Cache.Monitor.Explain($"{name}~").Owner == server.Address);

    private static string TagOn(Pool pool, ICacheServer server) => Enumerable.Range(0, int.MaxValue).Select(n => $"red{n}").First(tag => pool.Cache.Monitor.Explain($"~{tag}").Owner == server.Address);
}
