using ActorCache.EndToEnd.Tests.Creation;

namespace ActorCache.EndToEnd.Tests.Contract;

/// <summary>
/// Values that are created where no server gives a lease, in the classic dialect or because all servers hold everything: by one caller of a
/// process, and never instead of what this process has set or deleted meanwhile.
/// </summary>
public abstract class LeaselessCreationContract(PoolFixture on)
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private IActorCache Cache => on.Cache;

    [Fact]
    public async Task What_is_missing_is_created_and_stored_and_is_a_hit_from_then_on()
    {
        var key = on.NewKey();
        var created = await Cache.GetOrCreateAsync(key, Returns("value"), Minute);
        Assert.Equal((CacheOutcome.Stored, "value"), (created.Outcome, created.Value));
        var found = await Cache.GetOrCreateAsync<string>(key, _ => throw new InvalidOperationException("It is there."));
        Assert.Equal((CacheOutcome.Hit, "value"), (found.Outcome, found.Value));
        Assert.Equal("value", (await Cache.GetAsync<string>(key)).Value);
    }

    [Fact]
    public async Task Callers_of_one_process_wait_for_one_creator()
    {
        var key = on.NewKey();
        var creator = new GatedCreator<string>("value");
        var callers = Enumerable.Range(0, 250).Select(_ => Cache.GetOrCreateAsync(key, creator.RunAsync).AsTask()).ToList();
        await creator.Begun;
        creator.Open();
        Assert.All(await Task.WhenAll(callers).Patiently(), result => Assert.Equal((CacheOutcome.Stored, "value"), (result.Outcome, result.Value)));
        Assert.Equal(1, creator.Runs);
    }

    [Fact]
    public async Task A_creator_that_throws_leaves_nothing_behind()
    {
        var key = on.NewKey();
        await Assert.ThrowsAsync<InvalidOperationException>(() => Cache.GetOrCreateAsync<string>(key, _ => throw new InvalidOperationException("No.")).AsTask());
        Assert.Equal(CacheOutcome.Miss, (await Cache.GetAsync<string>(key)).Outcome);
        Assert.Equal(CacheOutcome.Stored, (await Cache.GetOrCreateAsync(key, Returns("value"))).Outcome);
    }

    [Fact]
    public async Task A_delete_meanwhile_wins()
    {
        var key = on.NewKey();
        var creator = new GatedCreator<string>("old");
        var caller = Cache.GetOrCreateAsync(key, creator.RunAsync).AsTask();
        await creator.Begun;
        await Cache.DeleteAsync(key);
        creator.Open();
        var created = await caller.Patiently();
        Assert.Equal((CacheOutcome.NotStored, "old", true, false), (created.Outcome, created.Value, created.HasValue, created.IsHit));
        Assert.Equal(CacheOutcome.Miss, (await Cache.GetAsync<string>(key)).Outcome);
    }

    [Fact]
    public async Task A_set_meanwhile_wins()
    {
        var key = on.NewKey();
        var creator = new GatedCreator<string>("old");
        var caller = Cache.GetOrCreateAsync(key, creator.RunAsync).AsTask();
        await creator.Begun;
        await Cache.SetAsync(key, "new");
        creator.Open();
        Assert.Equal((CacheOutcome.NotStored, "old"), ((await caller.Patiently()).Outcome, (await caller).Value));
        Assert.Equal("new", (await Cache.GetAsync<string>(key)).Value);
    }

    [Fact]
    public async Task That_there_is_no_value_is_remembered_when_asked()
    {
        var key = on.NewKey();
        var options = new GetOrCreateOptions { NegativeTtl = Minute };
        Assert.Equal((CacheOutcome.Miss, false), Of(await Cache.GetOrCreateAsync(key, Returns<string?>(null), options)));
        Assert.Equal((CacheOutcome.Miss, false), Of(await Cache.GetOrCreateAsync<string?>(key, _ => throw new InvalidOperationException("It is known."), options)));

        static (CacheOutcome, bool) Of(CacheResult<string?> result) => (result.Outcome, result.HasValue);
    }

    [Fact]
    public async Task What_is_invalidated_is_gone_at_once()
    {
        var key = on.NewKey();
        await Cache.SetAsync(key, "old");
        Assert.Equal(CacheOutcome.Stored, (await Cache.InvalidateAsync(key, Minute)).Outcome);
        Assert.Equal(CacheOutcome.Miss, (await Cache.GetAsync<string>(key)).Outcome);
        Assert.Equal("new", (await Cache.GetOrCreateAsync(key, Returns("new"), Minute)).Value);
        Assert.Equal("new", (await Cache.GetAsync<string>(key)).Value);
    }

    private static Func<CancellationToken, ValueTask<T>> Returns<T>(T value) => _ => ValueTask.FromResult(value);
}

public sealed class LeaselessCreationOnClassicEmbedded(OnClassicEmbedded on) : LeaselessCreationContract(on), IClassFixture<OnClassicEmbedded>;

public sealed class LeaselessCreationOnClassicMemcached(OnClassicMemcached on) : LeaselessCreationContract(on), IClassFixture<OnClassicMemcached>;

public sealed class LeaselessCreationOnTwemproxy(OnTwemproxy on) : LeaselessCreationContract(on), IClassFixture<OnTwemproxy>;

public sealed class LeaselessCreationOnReplicated(OnReplicated on) : LeaselessCreationContract(on), IClassFixture<OnReplicated>;
