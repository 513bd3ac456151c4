using System.Buffers;
using ActorCache.EndToEnd.Tests.Creation;

namespace ActorCache.EndToEnd.Tests.Contract;

/// <summary>What leases give to values that are created: one creator for all processes, stale values meanwhile, and early refreshes.</summary>
public abstract class LeaseContract(PoolFixture on)
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private IActorCache Cache => on.Cache;

    [Fact]
    public async Task Callers_of_other_processes_wait_for_it_too()
    {
        var key = on.NewKey();
        await using var other = await Other();
        var creator = new GatedCreator<string>("value");
        var winner = Cache.GetOrCreateAsync(key, creator.RunAsync).AsTask();
        await creator.Begun;
        var others = Enumerable.Range(0, 50).Select(_ => other.Cache.GetOrCreateAsync(key, creator.RunAsync).AsTask()).ToList();
        Assert.All(others, caller => Assert.False(caller.IsCompleted));
        creator.Open();
        Assert.Equal(CacheOutcome.Stored, (await winner.Patiently()).Outcome);
        Assert.All(await Task.WhenAll(others).Patiently(), result => Assert.Equal((CacheOutcome.Hit, "value"), (result.Outcome, result.Value)));
        Assert.Equal(1, creator.Runs);
    }

    [Fact]
    public async Task Callers_who_want_another_type_do_not_join()
    {
        var key = on.NewKey();
        var creator = new GatedCreator<string>("5");
        var text = Cache.GetOrCreateAsync(key, creator.RunAsync).AsTask();
        await creator.Begun;
        var number = Cache.GetOrCreateAsync<int>(key, _ => throw new InvalidOperationException("Somebody creates it already.")).AsTask();
        creator.Open();
        Assert.Equal("5", (await text.Patiently()).Value);
        Assert.Equal((CacheOutcome.Hit, 5), ((await number.Patiently()).Outcome, (await number).Value));
    }

    [Fact]
    public async Task Of_those_who_waited_with_a_creator_that_throws_one_creates_for_the_rest()
    {
        var key = on.NewKey();
        var failing = new GatedCreator<string>("") { Fails = new TimeZoneNotFoundException() };
        var creator = new GatedCreator<string>("value");
        creator.Open();
        var first = Cache.GetOrCreateAsync(key, failing.RunAsync).AsTask();
        await failing.Begun;
        var others = Enumerable.Range(0, 20).Select(_ => Cache.GetOrCreateAsync(key, creator.RunAsync).AsTask()).ToList();
        failing.Open();
        await Assert.ThrowsAsync<TimeZoneNotFoundException>(() => first.Patiently());
        Assert.All(await Task.WhenAll(others).Patiently(), result => Assert.Equal("value", result.Value));
        Assert.Equal(1, creator.Runs);
    }

    [Fact]
    public async Task Who_has_waited_through_two_creations_that_failed_is_told()
    {
        var key = on.NewKey();
        var failing = new GatedCreator<string>("") { Fails = new TimeZoneNotFoundException() };
        var callers = Enumerable.Range(0, 20).Select(_ => Cache.GetOrCreateAsync(key, failing.RunAsync).AsTask()).ToList();
        await failing.Begun;
        failing.Open();
        foreach (var caller in callers) await Assert.ThrowsAsync<TimeZoneNotFoundException>(() => caller.Patiently());
        Assert.InRange(failing.Runs, 2, 19);
    }

    [Fact]
    public async Task A_caller_who_gives_up_leaves_the_creation_to_the_others()
    {
        var key = on.NewKey();
        var creator = new GatedCreator<string>("value");
        using var cancel = new CancellationTokenSource();
        var first = Cache.GetOrCreateAsync(key, creator.RunAsync, ct: cancel.Token).AsTask();
        await creator.Begun;
        var second = Cache.GetOrCreateAsync(key, creator.RunAsync).AsTask();
        await cancel.CancelAsync();
        Assert.Equal(cancel.Token, (await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first.Patiently())).CancellationToken);
        Assert.False(creator.Token.IsCancellationRequested);
        creator.Open();
        Assert.Equal((CacheOutcome.Stored, "value"), ((await second.Patiently()).Outcome, (await second).Value));
        Assert.Equal(1, creator.Runs);
    }

    [Fact]
    public async Task When_all_have_given_up_the_creation_is_cancelled_and_the_next_caller_creates()
    {
        var key = on.NewKey();
        var creator = new GatedCreator<string>("value");
        using var cancel = new CancellationTokenSource();
        var callers = Enumerable.Range(0, 5).Select(_ => Cache.GetOrCreateAsync(key, creator.RunAsync, ct: cancel.Token).AsTask()).ToList();
        await creator.Begun;
        var cancelled = new TaskCompletionSource();
        await using var registration = creator.Token.Register(() => cancelled.TrySetResult());
        await cancel.CancelAsync();
        foreach (var caller in callers) await Assert.ThrowsAnyAsync<OperationCanceledException>(() => caller.Patiently());
        await cancelled.Task.Patiently();
        // Long before the lease would have ended.
        Assert.Equal("next", (await Cache.GetOrCreateAsync(key, Returns("next")).Patiently()).Value);
    }

    [Fact]
    public async Task Who_asks_after_a_write_was_answered_waits_for_nothing_that_began_before_it()
    {
        var key = on.NewKey();
        var creator = new GatedCreator<string>("old");
        var before = Cache.GetOrCreateAsync(key, creator.RunAsync).AsTask();
        await creator.Begun;
        await Cache.DeleteAsync(key);
        Assert.Equal((CacheOutcome.Stored, "new"), await Answer(Cache.GetOrCreateAsync(key, Returns("new")).Patiently()));
        creator.Open();
        Assert.Equal((CacheOutcome.Exists, "old"), await Answer(before.Patiently()));
        Assert.Equal("new", (await Cache.GetAsync<string>(key)).Value);
    }

    [Fact]
    public async Task The_place_of_a_value_to_come_is_a_miss_to_every_read()
    {
        var key = on.NewKey();
        var creator = new GatedCreator<string>("value");
        var caller = Cache.GetOrCreateAsync(key, creator.RunAsync).AsTask();
        await creator.Begun;
        await AssertMissed(key);
        creator.Open();
        Assert.Equal(CacheOutcome.Stored, (await caller.Patiently()).Outcome);
    }

    [Fact]
    public async Task A_value_that_is_empty_is_a_value()
    {
        var key = on.NewKey();
        Assert.Equal(CacheOutcome.Stored, (await Cache.GetOrCreateAsync(key, Returns(""), Minute)).Outcome);
        Assert.Equal((CacheOutcome.Hit, ""), await Answer(Cache.GetOrCreateAsync(key, Returns("other"))));
        Assert.Equal((CacheOutcome.Hit, ""), await Answer(Cache.GetAsync<string>(key)));

        // Under a lease of its own it is one all the same.
        var creator = new GatedCreator<string>("next");
        var early = Cache.GetOrCreateAsync(key, creator.RunAsync, Early).AsTask();
        await creator.Begun;
        Assert.Equal((CacheOutcome.Hit, ""), await Answer(Cache.GetAsync<string>(key)));
        creator.Open();
        Assert.Equal((CacheOutcome.Stored, "next"), await Answer(early.Patiently()));
    }

    [Fact]
    public async Task What_is_invalidated_is_served_to_the_others_while_one_creates_it_anew()
    {
        var key = on.NewKey();
        await using var other = await Other();
        await Cache.SetAsync(key, "old");
        Assert.Equal(CacheOutcome.Stored, (await Cache.InvalidateAsync(key, Minute)).Outcome);

        var creator = new GatedCreator<string>("new");
        var winner = Cache.GetOrCreateAsync(key, creator.RunAsync).AsTask();
        await creator.Begun;
        Assert.Equal((CacheOutcome.Hit, "old"), await Answer(Cache.GetOrCreateAsync(key, creator.RunAsync).Patiently()));
        Assert.Equal((CacheOutcome.Hit, "old"), await Answer(other.Cache.GetOrCreateAsync(key, creator.RunAsync).Patiently()));
        var fresh = new GetOrCreateOptions { ServeStale = false };
        var here = Cache.GetOrCreateAsync(key, creator.RunAsync, fresh).AsTask();
        var there = other.Cache.GetOrCreateAsync(key, creator.RunAsync, fresh).AsTask();

        creator.Open();
        Assert.Equal((CacheOutcome.Stored, "new"), await Answer(winner.Patiently()));
        Assert.Equal("new", (await here.Patiently()).Value);
        Assert.Equal((CacheOutcome.Hit, "new"), await Answer(there.Patiently()));
        Assert.Equal(1, creator.Runs);
        Assert.Equal("new", (await Cache.GetAsync<string>(key)).Value);
    }

    [Fact]
    public async Task What_is_invalidated_is_a_miss_to_every_read_and_none_of_them_takes_the_lease()
    {
        var key = on.NewKey();
        await Cache.SetAsync(key, "old");
        await Cache.InvalidateAsync(key, Minute);
        await AssertMissed(key);
        await AssertMissed(key);

        var creator = new GatedCreator<string>("new");
        var winner = Cache.GetOrCreateAsync(key, creator.RunAsync).AsTask();
        await creator.Begun;
        creator.Open();
        Assert.Equal((CacheOutcome.Stored, "new"), await Answer(winner.Patiently()));
    }

    [Fact]
    public async Task What_is_invalidated_is_gone_when_its_time_is_over_and_no_touch_prolongs_it()
    {
        var key = on.NewKey();
        await Cache.SetAsync(key, "old");
        await Cache.InvalidateAsync(key, Minute);
        Assert.InRange((await TextConnection.AskAsync(on.ServerOf(key), $"me {key}")).Split("exp=")[1].Split(' ')[0].Length, 2, 3);
        Assert.Equal(CacheOutcome.NotFound, (await Cache.TouchAsync(key, TimeSpan.FromHours(1))).Outcome);
        Assert.StartsWith("EN", await TextConnection.AskAsync(on.ServerOf(key), $"me {key}"), StringComparison.Ordinal);

        await Cache.SetAsync(key, "old");
        await Cache.InvalidateAsync(key, Minute);
        Assert.Equal(CacheOutcome.Miss, (await Cache.GetAndTouchAsync<string>(key, TimeSpan.FromHours(1))).Outcome);
        Assert.Equal(CacheOutcome.NotFound, (await Cache.DeleteAsync(key)).Outcome);
        Assert.Equal(CacheOutcome.NotFound, (await Cache.InvalidateAsync(key, Minute)).Outcome);
    }

    [Fact]
    public async Task A_set_makes_a_stale_value_fresh()
    {
        var key = on.NewKey();
        await Cache.SetAsync(key, "old");
        await Cache.InvalidateAsync(key, Minute);
        await Cache.SetAsync(key, "new");
        Assert.Equal((CacheOutcome.Hit, "new"), await Answer(Cache.GetOrCreateAsync(key, Returns("other"))));
    }

    [Fact]
    public async Task A_creator_that_throws_leaves_a_stale_value_to_the_next_one()
    {
        var key = on.NewKey();
        await Cache.SetAsync(key, "old");
        await Cache.InvalidateAsync(key, Minute);
        await Assert.ThrowsAsync<TimeZoneNotFoundException>(async () => await Cache.GetOrCreateAsync<string>(key, _ => throw new TimeZoneNotFoundException()));
        Assert.Equal((CacheOutcome.Stored, "new"), await Answer(Cache.GetOrCreateAsync(key, Returns("new")).Patiently()));
    }

    [Fact]
    public async Task That_there_is_no_value_is_forgotten_otherwise()
    {
        var key = on.NewKey();
        var runs = 0;
        for (var i = 0; i < 3; i++)
            Assert.False((await Cache.GetOrCreateAsync<string?>(key, _ => { runs++; return ValueTask.FromResult<string?>(null); }).Patiently()).HasValue);
        Assert.Equal(3, runs);
        Assert.StartsWith("EN", await TextConnection.AskAsync(on.ServerOf(key), $"me {key}"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_value_that_will_soon_be_gone_is_created_anew_by_one_while_the_others_have_it()
    {
        var key = on.NewKey();
        await using var other = await Other();
        await Cache.SetAsync(key, "old", Minute);
        var creator = new GatedCreator<string>("new");
        var winner = Cache.GetOrCreateAsync(key, creator.RunAsync, Early).AsTask();
        await creator.Begun;
        Assert.Equal((CacheOutcome.Hit, "old"), await Answer(Cache.GetOrCreateAsync(key, creator.RunAsync, Early).Patiently()));
        Assert.Equal((CacheOutcome.Hit, "old"), await Answer(other.Cache.GetOrCreateAsync(key, creator.RunAsync, Early with { ServeStale = false }).Patiently()));
        Assert.Equal((CacheOutcome.Hit, "old"), await Answer(Cache.GetAsync<string>(key)));
        creator.Open();
        Assert.Equal((CacheOutcome.Stored, "new"), await Answer(winner.Patiently()));
        Assert.Equal(1, creator.Runs);
        Assert.InRange((await TextConnection.SecondsLeftAsync(on.ServerOf(key), key))!.Value, 3500, 3600);
    }

    [Fact]
    public async Task A_value_that_is_not_soon_gone_is_left_alone()
    {
        var key = on.NewKey();
        await Cache.SetAsync(key, "old", TimeSpan.FromHours(1));
        Assert.Equal((CacheOutcome.Hit, "old"), await Answer(Cache.GetOrCreateAsync(key, Returns("new"), Early)));
    }

    [Fact]
    public async Task An_early_creator_that_throws_leaves_the_value_and_the_lease_as_they_were()
    {
        var key = on.NewKey();
        await Cache.SetAsync(key, "old", Minute);
        await Assert.ThrowsAsync<TimeZoneNotFoundException>(async () => await Cache.GetOrCreateAsync<string>(key, _ => throw new TimeZoneNotFoundException(), Early));
        Assert.Equal((CacheOutcome.Hit, "old"), await Answer(Cache.GetAsync<string>(key)));
        Assert.InRange((await TextConnection.SecondsLeftAsync(on.ServerOf(key), key))!.Value, 50, 60);
        Assert.Equal((CacheOutcome.Stored, "new"), await Answer(Cache.GetOrCreateAsync(key, Returns("new"), Early)));
    }

    [Fact]
    public async Task A_value_that_is_too_large_is_handed_out_and_keeps_no_lease()
    {
        var key = on.NewKey();
        var created = await Cache.GetOrCreateAsync(key, Returns(new byte[2 << 20]));
        Assert.Equal((CacheOutcome.TooLarge, 2 << 20, false), (created.Outcome, created.Value!.Length, created.IsHit));
        Assert.Equal(CacheOutcome.Stored, (await Cache.GetOrCreateAsync(key, Returns(new byte[1])).Patiently()).Outcome);
    }

    [Fact]
    public async Task Whoever_creates_in_another_process_and_is_never_heard_of_again_is_followed_when_his_lease_is_over()
    {
        var key = on.NewKey();
        Assert.Contains(" W", await TextConnection.AskAsync(on.ServerOf(key), $"mg {key} v N1"), StringComparison.Ordinal);
        Assert.Equal((CacheOutcome.Stored, "value"), await Answer(Cache.GetOrCreateAsync(key, Returns("value")).Patiently()));
    }

    [Fact]
    public async Task A_lease_that_the_server_would_keep_for_longer_is_taken_over_too()
    {
        var key = on.NewKey();
        var options = new GetOrCreateOptions { LeaseTime = TimeSpan.FromSeconds(1), ServeStale = false };
        await TextConnection.AskAsync(on.ServerOf(key), $"mg {key} v N600");
        Assert.Equal((CacheOutcome.Stored, "value"), await Answer(Cache.GetOrCreateAsync(key, Returns("value"), options).Patiently()));

        await Cache.InvalidateAsync(key, Minute);
        Assert.Contains(" W", await TextConnection.AskAsync(on.ServerOf(key), $"mg {key} v"), StringComparison.Ordinal);
        Assert.Equal((CacheOutcome.Stored, "new"), await Answer(Cache.GetOrCreateAsync(key, Returns("new"), options).Patiently()));
    }

    [Fact]
    public async Task Wrong_arguments_throw_before_anything_is_sent_or_created()
    {
        ValueTask<string> Never(CancellationToken ct) => throw new InvalidOperationException("It must not run.");
        await Assert.ThrowsAsync<ArgumentException>("key", async () => await Cache.GetOrCreateAsync("a b", Never));
        await Assert.ThrowsAsync<ArgumentNullException>("key", async () => await Cache.GetOrCreateAsync(null!, Never));
        await Assert.ThrowsAsync<ArgumentNullException>("create", async () => await Cache.GetOrCreateAsync<string>("key", null!));
        await Assert.ThrowsAsync<ArgumentNullException>("options", async () => await Cache.GetOrCreateAsync("key", Never, options: null!));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>("options", async () => await Cache.GetOrCreateAsync("key", Never, TimeSpan.Zero));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>("options", async () => await Cache.GetOrCreateAsync("key", Never, new GetOrCreateOptions { LeaseTime = TimeSpan.Zero }));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>("staleFor", async () => await Cache.InvalidateAsync("key", TimeSpan.Zero));
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Cache.GetOrCreateAsync("key", Never, ct: cancelled.Token));
    }

    private static GetOrCreateOptions Early => new() { Ttl = TimeSpan.FromHours(1), EarlyRefresh = TimeSpan.FromMinutes(2) };

    private static Func<CancellationToken, ValueTask<T>> Returns<T>(T value) => _ => ValueTask.FromResult(value);

    private static async Task<(CacheOutcome, T?)> Answer<T>(Task<CacheResult<T>> call) => ((await call).Outcome, (await call).Value);

    private static Task<(CacheOutcome, T?)> Answer<T>(ValueTask<CacheResult<T>> call) => Answer(call.AsTask());

    /// <summary>Another process, as far as servers can tell.</summary>
    private Task<OneCache> Other() => OtherOver([.. on.Pool.Servers.Select(server => server.Address)]);

    private static async Task<OneCache> OtherOver(string[] servers)
    {
        var other = await OneCache.StartAsync(servers);
        await other.Log.UntilAllServe();
        return other;
    }

    private async Task AssertMissed(string key)
    {
        var raw = new ArrayBufferWriter<byte>();
        Assert.Equal((CacheOutcome.Miss, null), await Answer(Cache.GetAsync<string>(key)));
        Assert.Equal((CacheOutcome.Miss, 0L), await Answer(Cache.GetRawAsync(key, raw)));
        Assert.Equal(CacheOutcome.Miss, (await Cache.GetManyAsync<byte[]>([key]))[key].Outcome);
        Assert.Equal(0, raw.WrittenCount);
    }
}

public sealed class LeasesOnEmbedded(OnEmbedded on) : LeaseContract(on), IClassFixture<OnEmbedded>;

public sealed class LeasesOnMemcached(OnMemcached on) : LeaseContract(on), IClassFixture<OnMemcached>;
