using System.Buffers;

namespace ActorCache.EndToEnd.Tests.Contract;

/// <summary>A caller who gives up is told so with his own token, and nobody else notices.</summary>
public abstract class CancellationContract(PoolFixture on)
{
    private static readonly Dictionary<string, Func<IActorCache, string, CancellationToken, Task>> Calls = new()
    {
        ["get"] = (cache, key, ct) => cache.GetAsync<string>(key, ct).AsTask(),
        ["get-and-touch"] = (cache, key, ct) => cache.GetAndTouchAsync<string>(key, TimeSpan.FromSeconds(1), ct).AsTask(),
        ["get-many"] = (cache, key, ct) => cache.GetManyAsync<string>([key, key + ":2"], ct).AsTask(),
        ["set"] = (cache, key, ct) => cache.SetAsync(key, "changed", null, ct).AsTask(),
        ["store"] = (cache, key, ct) => cache.StoreAsync(key, "changed", new StoreOptions { Mode = StoreMode.Append }, ct).AsTask(),
        ["set-many"] = (cache, key, ct) => cache.SetManyAsync([KeyValuePair.Create(key, "changed")], null, ct).AsTask(),
        ["delete"] = (cache, key, ct) => cache.DeleteAsync(key, ct).AsTask(),
        ["delete-many"] = (cache, key, ct) => cache.DeleteManyAsync([key, key + ":2"], ct).AsTask(),
        ["touch"] = (cache, key, ct) => cache.TouchAsync(key, TimeSpan.FromSeconds(1), ct).AsTask(),
        ["increment"] = (cache, key, ct) => cache.IncrementAsync(key, ct: ct).AsTask(),
        ["decrement"] = (cache, key, ct) => cache.DecrementAsync(key, ct: ct).AsTask(),
        ["get-raw"] = (cache, key, ct) => cache.GetRawAsync(key, new ArrayBufferWriter<byte>(), ct).AsTask(),
        ["set-raw"] = (cache, key, ct) => cache.SetRawAsync(key, new ReadOnlySequence<byte>("changed"u8.ToArray()), null, ct).AsTask(),
        ["flush-all"] = (cache, _, ct) => cache.FlushAllAsync(ct).AsTask(),
        ["stats"] = (cache, _, ct) => cache.StatsAsync(ct: ct).AsTask(),
        ["version"] = (cache, _, ct) => cache.VersionAsync(ct: ct).AsTask(),
    };

    public static TheoryData<string> Names => [.. Calls.Keys];

    [Theory, MemberData(nameof(Names))]
    public async Task A_token_that_is_cancelled_already_sends_nothing(string call)
    {
        var key = on.NewKey();
        await on.Cache.SetAsync(key, "10", TimeSpan.FromSeconds(1000));
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        var thrown = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Calls[call](on.Cache, key, cancelled.Token));
        Assert.Equal(cancelled.Token, thrown.CancellationToken);
        Assert.Equal("10", (await on.Cache.GetAsync<string>(key)).Value);
        Assert.True(await on.SecondsLeftAsync(key) > 900);
    }

    [Fact]
    public async Task A_call_that_waits_for_a_hung_server_ends_with_its_token_and_replies_do_not_shift()
    {
        await using var pool = await on.AnotherAsync();
        var hung = pool.Servers[0];
        var keys = pool.KeysOf(hung, 50);
        foreach (var key in keys) await pool.Cache.SetAsync(key, $"{key}|1");

        hung.Hang();
        foreach (var (name, call) in Calls)
        {
            using var cancellation = new CancellationTokenSource();
            var waiting = call(pool.Cache, keys[0], cancellation.Token);
            await cancellation.CancelAsync();
            if (!on.CanFlush && (name is "flush-all" or "stats" or "version")) continue; // No server is asked.
            var thrown = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.Patiently());
            Assert.True(cancellation.Token == thrown.CancellationToken, name);
        }
        var patient = keys.Skip(1).Select(key => (key, read: pool.Cache.GetAsync<string>(key).AsTask())).ToList();
        hung.Resume();

        // What was cancelled was on its way: it may have been carried out. What was asked behind it gets its own answers.
        foreach (var (key, read) in patient)
        {
            var result = await read.Patiently();
            Assert.True(result.Outcome == CacheOutcome.Miss || result.Value == $"{key}|1", $"{key}: {result} {result.Value}");
            Assert.Equal(hung.Address, result.Server);
        }
        Assert.DoesNotContain(pool.Log.Events, happened => happened is ServerEvent.Suspected);
    }
}

public sealed class CancellationOnEmbedded(OnEmbedded on) : CancellationContract(on), IClassFixture<OnEmbedded>;

public sealed class CancellationOnMemcached(OnMemcached on) : CancellationContract(on), IClassFixture<OnMemcached>;

public sealed class CancellationOnClassicEmbedded(OnClassicEmbedded on) : CancellationContract(on), IClassFixture<OnClassicEmbedded>;

public sealed class CancellationOnClassicMemcached(OnClassicMemcached on) : CancellationContract(on), IClassFixture<OnClassicMemcached>;

public sealed class CancellationOnBinaryMemcached(OnBinaryMemcached on) : CancellationContract(on), IClassFixture<OnBinaryMemcached>;

public sealed class CancellationOnTwemproxy(OnTwemproxy on) : CancellationContract(on), IClassFixture<OnTwemproxy>;
