using ActorCache.EndToEnd.Tests.Creation;

namespace ActorCache.EndToEnd.Tests.Contract;

/// <summary>
/// Values that are created when they are missing, with and without leases: by one caller of a process, and never instead of what this process has
/// set or deleted meanwhile. What leases add is the <see cref="LeaseContract"/>'s.
/// </summary>
public abstract class CreationContract(PoolFixture on)
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private IActorCache Cache => on.Cache;

    [Fact]
    public async Task What_is_missing_is_created_and_stored_and_is_a_hit_from_then_on()
    {
        var key = on.NewKey();
        var created = await Cache.GetOrCreateAsync(key, Returns("value"), Minute);
        Assert.Equal((CacheOutcome.Stored, "value", true, true), (created.Outcome, created.Value, created.IsHit, created.HasValue));
        Assert.InRange((await on.SecondsLeftAsync(key))!.Value, 50, 60);

        var found = await Cache.GetOrCreateAsync<string>(key, _ => throw new InvalidOperationException("It is there."));
        Assert.Equal((CacheOutcome.Hit, "value", true), (found.Outcome, found.Value, found.HasValue));
        Assert.Equal(on.HasVersions, found.Cas != 0);
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
        var thrown = await Assert.ThrowsAsync<TimeZoneNotFoundException>(async () => await Cache.GetOrCreateAsync<string>(key, _ => throw new TimeZoneNotFoundException("mine")));
        Assert.Equal("mine", thrown.Message);
        // A lease goes back behind the caller's back, but before anything that is asked over the same connection.
        Assert.Equal(CacheOutcome.Stored, (await Cache.StoreAsync(key, "added", new StoreOptions { Mode = StoreMode.Add })).Outcome);
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
        Assert.Equal((on.GivesLeases ? CacheOutcome.NotFound : CacheOutcome.NotStored, "old", true, false), (created.Outcome, created.Value, created.HasValue, created.IsHit));
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
        Assert.Equal((on.GivesLeases ? CacheOutcome.Exists : CacheOutcome.NotStored, "old"), ((await caller.Patiently()).Outcome, (await caller).Value));
        Assert.Equal("new", (await Cache.GetAsync<string>(key)).Value);
    }

    [Fact]
    public async Task That_there_is_no_value_is_remembered_when_asked()
    {
        var key = on.NewKey();
        var runs = 0;
        var none = new GetOrCreateOptions { NegativeTtl = Minute };
        for (var i = 0; i < 3; i++)
        {
            var result = await Cache.GetOrCreateAsync<string?>(key, _ => { runs++; return ValueTask.FromResult<string?>(null); }, none);
            Assert.Equal((CacheOutcome.Miss, null, false, false), (result.Outcome, result.Value, result.HasValue, result.IsHit));
        }
        Assert.Equal(1, runs);
        Assert.Equal(CacheOutcome.Miss, (await Cache.GetAsync<string>(key)).Outcome);
        Assert.InRange((await on.SecondsLeftAsync(key)) ?? 0, 50, 60);
        await Cache.SetAsync(key, "value");
        Assert.Equal((CacheOutcome.Hit, "value"), await Answer(Cache.GetOrCreateAsync(key, Returns("other"), none)));
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

    private static async Task<(CacheOutcome, T?)> Answer<T>(ValueTask<CacheResult<T>> call)
    {
        var result = await call;
        return (result.Outcome, result.Value);
    }
}

public sealed class CreationsOnEmbedded(OnEmbedded on) : CreationContract(on), IClassFixture<OnEmbedded>;

public sealed class CreationsOnMemcached(OnMemcached on) : CreationContract(on), IClassFixture<OnMemcached>;

public sealed class CreationsOnClassicEmbedded(OnClassicEmbedded on) : CreationContract(on), IClassFixture<OnClassicEmbedded>;

public sealed class CreationsOnClassicMemcached(OnClassicMemcached on) : CreationContract(on), IClassFixture<OnClassicMemcached>;

public sealed class CreationsOnBinaryMemcached(OnBinaryMemcached on) : CreationContract(on), IClassFixture<OnBinaryMemcached>;

public sealed class CreationsOnTwemproxy(OnTwemproxy on) : CreationContract(on), IClassFixture<OnTwemproxy>;

public sealed class CreationsOnReplicated(OnReplicated on) : CreationContract(on), IClassFixture<OnReplicated>;
