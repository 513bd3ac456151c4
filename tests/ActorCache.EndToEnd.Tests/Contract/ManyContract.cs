namespace ActorCache.EndToEnd.Tests.Contract;

/// <summary>Many keys in one call, over all servers.</summary>
public abstract class ManyContract(PoolFixture on)
{
    private IActorCache Cache => on.Cache;

    [Fact]
    public async Task No_keys_are_answered_with_nothing()
    {
        Assert.Empty(await Cache.GetManyAsync<string>([]));
        Assert.Empty(await Cache.SetManyAsync<string>([]));
        Assert.Empty(await Cache.DeleteManyAsync([]));
    }

    [Fact]
    public async Task One_key_is_answered_as_a_single_call_would()
    {
        var key = on.NewKey();
        Assert.True(Assert.Single(await Cache.SetManyAsync([KeyValuePair.Create(key, "value")])).Value.IsStored);
        var (read, result) = Assert.Single(await Cache.GetManyAsync<string>([key]));
        Assert.Equal(key, read);
        Assert.Equal("value", result.Value);
        Assert.NotEqual(0ul, result.Cas);
    }

    [Fact]
    public async Task A_thousand_keys_are_stored_and_read_on_all_servers()
    {
        var prefix = on.NewKey();
        var items = Enumerable.Range(0, 1000).ToDictionary(n => $"{prefix}:{n}", n => $"{prefix}:{n}|{new string('v', n)}");

        var stored = await Cache.SetManyAsync(items);
        Assert.Equal(items.Keys.Order(), stored.Keys.Order());
        Assert.All(stored, result => Assert.Equal(CacheOutcome.Stored, result.Value.Outcome));

        var read = await Cache.GetManyAsync<string>(items.Keys);
        Assert.Equal(items.OrderBy(item => item.Key), read.Select(result => KeyValuePair.Create(result.Key, result.Value.Value!)).OrderBy(item => item.Key));
        Assert.Equal(on.Pool.Servers.Select(server => server.Address).Order(), read.Values.Select(result => result.Server!).Distinct().Order());
        Assert.All(read, result => Assert.Equal(on.ServerOf(result.Key), result.Value.Server));
    }

    [Fact]
    public async Task A_thousand_keys_are_deleted_on_all_servers_and_those_that_were_not_there_are_told()
    {
        var prefix = on.NewKey();
        var keys = Enumerable.Range(0, 1000).Select(n => $"{prefix}:{n}").ToList();
        await Cache.SetManyAsync(keys.Where((_, n) => n % 3 == 0).Select(key => KeyValuePair.Create(key, key)));
        var deleted = await Cache.DeleteManyAsync(keys.Concat(keys));
        Assert.Equal(keys.Order(), deleted.Keys.Order());
        Assert.All(keys.Where((_, n) => n % 3 == 0), key => Assert.Equal(new StoreResult(CacheOutcome.Stored, on.ServerOf(key), false), deleted[key]));
        Assert.All(keys.Where((_, n) => n % 3 != 0), key => Assert.Equal(new StoreResult(CacheOutcome.NotFound, on.ServerOf(key), false), deleted[key]));
        Assert.All((await Cache.GetManyAsync<string>(keys)).Values, read => Assert.Equal(CacheOutcome.Miss, read.Outcome));
    }

    [Fact]
    public async Task One_bad_key_of_many_to_delete_is_named_and_nothing_is_deleted()
    {
        var good = on.NewKey();
        await Cache.SetAsync(good, "value");
        var refused = Assert.Throws<ArgumentException>(() => { _ = Cache.DeleteManyAsync([good, "b ad"]).AsTask(); });
        Assert.Contains("keys[1]", refused.Message, StringComparison.Ordinal);
        Assert.Equal("value", (await Cache.GetAsync<string>(good)).Value);
    }

    [Fact]
    public async Task Hits_and_misses_are_told_apart_key_by_key()
    {
        var prefix = on.NewKey();
        var keys = Enumerable.Range(0, 100).Select(n => $"{prefix}:{n}").ToList();
        await Cache.SetManyAsync(keys.Where((_, n) => n % 3 == 0).Select(key => KeyValuePair.Create(key, key)));
        var read = await Cache.GetManyAsync<string>(keys);
        Assert.All(keys.Where((_, n) => n % 3 == 0), key => Assert.Equal(key, read[key].Value));
        Assert.All(keys.Where((_, n) => n % 3 != 0), key => Assert.Equal(CacheOutcome.Miss, read[key].Outcome));
    }

    [Fact]
    public async Task More_keys_than_a_servers_window_holds_are_all_answered()
    {
        var prefix = on.NewKey();
        var read = await Cache.GetManyAsync<string>(Enumerable.Range(0, 80_000).Select(n => $"{prefix}:{n}"));
        Assert.Equal(80_000, read.Count);
        Assert.All(read.Values, result => Assert.Equal(CacheOutcome.Miss, result.Outcome));
    }

    [Fact]
    public async Task More_bytes_than_wait_to_be_sent_at_a_time_are_all_stored()
    {
        var prefix = on.NewKey();
        var value = new byte[500_000];
        var stored = await Cache.SetManyAsync(Enumerable.Range(0, 300).Select(n => KeyValuePair.Create($"{prefix}:{n}", value)));
        Assert.All(stored.Values, result => Assert.Equal(CacheOutcome.Stored, result.Outcome));
    }

    [Fact]
    public async Task A_key_given_twice_is_asked_once()
    {
        var prefix = on.NewKey();
        var keys = Enumerable.Range(0, 1000).Select(n => $"{prefix}:{n % 400}").ToList();
        Assert.Equal(400, (await Cache.GetManyAsync<string>(keys)).Count);
    }

    [Fact]
    public async Task Of_two_values_for_one_key_the_later_is_stored()
    {
        var key = on.NewKey();
        var stored = await Cache.SetManyAsync(
            [KeyValuePair.Create(key, "earlier"), KeyValuePair.Create(on.NewKey(), "other"), KeyValuePair.Create(key, "later")]);
        Assert.Equal(2, stored.Count);
        Assert.Equal("later", (await Cache.GetAsync<string>(key)).Value);
    }

    [Fact]
    public async Task A_value_that_is_too_large_costs_only_its_own_key()
    {
        var (good, bad) = (on.NewKey(), on.NewKey());
        var stored = await Cache.SetManyAsync([KeyValuePair.Create(good, new byte[10]), KeyValuePair.Create(bad, new byte[2 << 20])]);
        Assert.Equal(CacheOutcome.Stored, stored[good].Outcome);
        Assert.Equal(CacheOutcome.TooLarge, stored[bad].Outcome);
    }

    [Fact]
    public void One_bad_key_of_many_is_named_and_nothing_is_sent()
    {
        var refused = Assert.Throws<ArgumentException>(() => { _ = Cache.GetManyAsync<string>(["good", "also-good", "b ad"]).AsTask(); });
        Assert.Contains("keys[2]", refused.Message, StringComparison.Ordinal);
        refused = Assert.Throws<ArgumentException>(() => { _ = Cache.GetManyAsync<string>(["good", null!]).AsTask(); });
        Assert.Contains("keys[1]", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_bad_item_of_many_is_named_and_nothing_is_stored()
    {
        var good = on.NewKey();
        var refused = Assert.Throws<ArgumentException>(() =>
        {
            _ = Cache.SetManyAsync([KeyValuePair.Create(good, "value"), KeyValuePair.Create(new string('k', 251), "value")]).AsTask();
        });
        Assert.Contains("items[1]", refused.Message, StringComparison.Ordinal);
        refused = Assert.Throws<ArgumentException>(() =>
        {
            _ = Cache.SetManyAsync<string>([KeyValuePair.Create(good, "value"), KeyValuePair.Create("other", (string)null!)]).AsTask();
        });
        Assert.Contains("items[1]", refused.Message, StringComparison.Ordinal);
        Assert.Equal(CacheOutcome.Miss, (await Cache.GetAsync<string>(good)).Outcome);
    }

    [Fact]
    public async Task Keys_that_throw_while_they_are_enumerated_throw_to_the_caller_and_leave_the_cache_whole()
    {
        Assert.Throws<InvalidOperationException>(() => { _ = Cache.GetManyAsync<string>(Failing()).AsTask(); });
        var key = on.NewKey();
        await Cache.SetAsync(key, "value");
        Assert.Equal("value", (await Cache.GetManyAsync<string>([key]))[key].Value);

        IEnumerable<string> Failing()
        {
            yield return on.NewKey();
            throw new InvalidOperationException("no more keys");
        }
    }
}

public sealed class ManyOnEmbedded(OnEmbedded on) : ManyContract(on), IClassFixture<OnEmbedded>;

public sealed class ManyOnMemcached(OnMemcached on) : ManyContract(on), IClassFixture<OnMemcached>;

public sealed class ManyOnTlsMemcached(OnTlsMemcached on) : ManyContract(on), IClassFixture<OnTlsMemcached>;

public sealed class ManyOnClassicEmbedded(OnClassicEmbedded on) : ManyContract(on), IClassFixture<OnClassicEmbedded>;

public sealed class ManyOnClassicMemcached(OnClassicMemcached on) : ManyContract(on), IClassFixture<OnClassicMemcached>;

public sealed class ManyOnBinaryMemcached(OnBinaryMemcached on) : ManyContract(on), IClassFixture<OnBinaryMemcached>;

public sealed class ManyOnTwemproxy(OnTwemproxy on) : ManyContract(on), IClassFixture<OnTwemproxy>;
