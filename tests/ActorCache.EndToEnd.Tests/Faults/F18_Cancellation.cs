using System.Collections.Concurrent;
using System.Diagnostics;
using ActorCache.EmbeddedServer;

namespace ActorCache.EndToEnd.Tests.Faults;

/// <summary>F18: callers give up by the hundred, early, late, and before they have begun.</summary>
[Collection(nameof(Alone))]
public sealed class F18_Cancellation
{
    private static readonly TimeSpan Prompt = TimeSpan.FromMilliseconds(50);

    [Fact]
    public async Task Of_a_storm_every_tenth_gives_up_with_its_own_token_and_the_others_get_their_own_values()
    {
        const int Callers = 64, Each = 300;
        await using var server = EmbeddedMemcached.Start();
        await using var cache = await OneCache.StartAsync(server.Address);
        foreach (var n in Enumerable.Range(0, 100)) await cache.Cache.SetAsync($"key:{n}", $"key:{n}|");
        server.Faults.Add(Fault.Delay(TimeSpan.FromMilliseconds(10)));

        var wrong = new ConcurrentQueue<string>();
        var givenUp = 0;
        await Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => Task.Run(async () =>
        {
            var random = new Random(caller);
            for (var n = 0; n < Each; n++)
            {
                var key = $"key:{random.Next(100)}";
                using var cancellation = new CancellationTokenSource();
                if (random.Next(10) == 0)
                {
                    if (random.Next(4) == 0) await cancellation.CancelAsync();
                    else cancellation.CancelAfter(random.Next(20));
                }
                try
                {
                    var read = await cache.Cache.GetAsync<string>(key, cancellation.Token);
                    if (read.Value != key + "|") wrong.Enqueue($"{key}: {read} {read.Value}");
                }
                catch (OperationCanceledException e)
                {
                    Interlocked.Increment(ref givenUp);
                    if (e.CancellationToken != cancellation.Token) wrong.Enqueue($"{key}: another's token");
                    if (!cancellation.IsCancellationRequested) wrong.Enqueue($"{key}: nobody had cancelled");
                }
            }
        }))).WaitAsync(TimeSpan.FromMinutes(2));
        Assert.Empty(wrong);
        Assert.InRange(givenUp, Callers * Each / 100, Callers * Each / 9);
        Assert.DoesNotContain(cache.Log.Events, happened => happened is ServerEvent.Suspected);
    }

    [Fact]
    public async Task A_caller_who_gives_up_on_a_hung_server_is_told_so_within_fifty_milliseconds()
    {
        await using var server = EmbeddedMemcached.Start();
        await using var cache = await OneCache.StartAsync(server.Address);
        server.Faults.Add(Fault.Stall());
        var took = new List<TimeSpan>();
        for (var n = 0; n < 101; n++)
        {
            using var cancellation = new CancellationTokenSource();
            var call = cache.Cache.GetAsync<string>("key", cancellation.Token).AsTask();
            Assert.False(call.IsCompleted);
            var begun = Stopwatch.GetTimestamp();
            await cancellation.CancelAsync();
            var thrown = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call.Patiently());
            took.Add(Stopwatch.GetElapsedTime(begun));
            Assert.Equal(cancellation.Token, thrown.CancellationToken);
        }
        // The middle one: a machine that is busy with something else is not what is measured.
        Assert.InRange(took.Order().ElementAt(50), TimeSpan.Zero, Prompt);
    }

    [Fact]
    public async Task A_token_that_outlives_its_calls_keeps_nothing_of_them()
    {
        await using var server = EmbeddedMemcached.Start();
        await using var cache = await OneCache.StartAsync(server.Address);
        using var longLived = new CancellationTokenSource();
        await CallAsync(2_000);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        await CallAsync(40_000);
        // One registration left behind by each call would be several megabytes.
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 1 << 20);

        async Task CallAsync(int count)
        {
            for (var n = 0; n < count; n += 100)
                await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => cache.Cache.GetAsync<string>("key", longLived.Token).AsTask())).Patiently();
        }
    }

    [Fact]
    public async Task A_call_that_is_cancelled_before_its_server_is_reached_is_never_sent()
    {
        await using var server = EmbeddedMemcached.Start();
        var stall = server.Faults.Add(Fault.Stall());
        await using var cache = await OneCache.StartAsync([server.Address]);
        await stall.WaitForHitsAsync(1).Patiently();
        using var cancellation = new CancellationTokenSource();
        var calls = Enumerable.Range(0, 50).Select(n => cache.Cache.SetAsync($"key:{n}", "value", ct: cancellation.Token).AsTask()).ToList();
        Assert.All(calls, call => Assert.False(call.IsCompleted));
        await cancellation.CancelAsync();
        foreach (var call in calls) await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call.Patiently());

        stall.Remove();
        await cache.Log.UntilAllServe();
        Assert.True((await cache.Cache.SetAsync("last", "value")).IsStored);
        Assert.Equal(1, server.ItemCount);
    }
}
