using System.Reflection;

namespace ActorCache.Tests;

/// <summary>Each event to everyone who watches, in order; a slow watcher costs nobody anything but itself.</summary>
public class ServerEventFeedTests
{
    private readonly ServerEventFeed _feed = new();

    [Fact]
    public async Task Every_watcher_gets_every_event_in_order_from_its_call_on()
    {
        Publish(1);
        var early = _feed.WatchAsync(default);
        Publish(2);
        var late = _feed.WatchAsync(default);
        Publish(3);
        _feed.Complete();
        Assert.Equal([2, 3], await Versions(early));
        Assert.Equal([3], await Versions(late));
    }

    [Fact]
    public async Task A_watcher_waits_for_what_comes()
    {
        await using var watch = _feed.WatchAsync(default).GetAsyncEnumerator();
        var next = watch.MoveNextAsync();
        Assert.False(next.IsCompleted);
        Publish(1);
        Assert.True(await next.Soon());
    }

    [Fact]
    public async Task A_slow_watcher_loses_the_oldest()
    {
        var slow = _feed.WatchAsync(default);
        for (var version = 1; version <= 3000; version++) Publish(version);
        _feed.Complete();
        Assert.Equal(Enumerable.Range(3000 - 1023, 1024).Select(version => (long)version), await Versions(slow));
    }

    [Fact]
    public async Task After_the_end_a_watch_is_over_at_once()
    {
        _feed.Complete();
        Publish(1);
        Assert.Empty(await Versions(_feed.WatchAsync(default)));
        _feed.Complete();
    }

    [Fact]
    public async Task A_cancelled_watch_ends_with_its_token()
    {
        using var cancellation = new CancellationTokenSource();
        await using var watch = _feed.WatchAsync(cancellation.Token).GetAsyncEnumerator();
        var next = watch.MoveNextAsync().AsTask();
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => next.Soon());
    }

    [Fact]
    public async Task A_token_given_to_the_enumeration_ends_it_too()
    {
        using var cancellation = new CancellationTokenSource();
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var _ in _feed.WatchAsync(default).WithCancellation(cancellation.Token)) Assert.Fail("nothing was published");
        });
    }

    [Fact]
    public async Task A_watch_that_is_over_is_forgotten()
    {
        await using (var watch = _feed.WatchAsync(default).GetAsyncEnumerator())
        {
            Publish(1);
            Assert.True(await watch.MoveNextAsync().Soon());
            Assert.Equal(1, Watchers());
        }
        Assert.Equal(0, Watchers());
        Publish(2);
    }

    [Fact]
    public async Task Watchers_come_and_go_while_events_are_published()
    {
        var publishing = Task.Run(() =>
        {
            for (var version = 1; version <= 20_000; version++) Publish(version);
        });
        var watching = Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            for (var i = 0; i < 200; i++)
            {
                var last = 0L;
                var seen = 0;
                await foreach (var happened in _feed.WatchAsync(default))
                {
                    Assert.True(happened.TableVersion > last);
                    last = happened.TableVersion;
                    if (++seen == 3 || last == 20_001) break;
                }
            }
        })).ToList();
        await publishing.Soon();
        var all = Task.WhenAll(watching);
        while (!all.IsCompleted)
        {
            Publish(20_001);
            await Task.Yield();
        }
        await all;
        Assert.Equal(0, Watchers());
    }

    private void Publish(long version) => _feed.Publish(new ServerEvent.NoServerAlive("t", default, version));

    private static async Task<List<long>> Versions(IAsyncEnumerable<ServerEvent> watch)
    {
        var versions = new List<long>();
        await foreach (var happened in watch) versions.Add(happened.TableVersion);
        return versions;
    }

    private int Watchers() =>
        ((Array)typeof(ServerEventFeed).GetField("_watchers", BindingFlags.NonPublic | BindingFlags.Instance)!.GetValue(_feed)!).Length;
}
