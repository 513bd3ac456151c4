using ActorCache.EmbeddedServer;
using Akka.Actor;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace ActorCache.EndToEnd.Tests.BadInput;

/// <summary>The API used as it should not be: waited for on a thread that has to do the work, from inside itself, by the thousand.</summary>
[Collection(nameof(Alone))]
public sealed class ApiMisuse
{
    [Fact]
    public async Task A_thread_that_blocks_on_every_call_and_pumps_no_messages_is_not_deadlocked()
    {
        await using var server = EmbeddedMemcached.Start();
        var host = Hosts.Build(services => services.AddActorCache(server.Address + Hosts.Patient));
        var at = "the start"; // for the message of a deadlock
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(() =>
        {
            SynchronizationContext.SetSynchronizationContext(new DeadContext());
            try
            {
                host.StartAsync().GetAwaiter().GetResult();
                at = "the calls";
                var cache = host.Services.GetRequiredService<IActorCache>();
                for (var n = 0; n < 50; n++)
                {
                    cache.SetAsync("key", "value").AsTask().GetAwaiter().GetResult();
                    Assert.Equal("value", cache.GetAsync<string>("key").AsTask().GetAwaiter().GetResult().Value);
                    Assert.Equal(2, cache.GetManyAsync<string>(["key", "other"]).AsTask().GetAwaiter().GetResult().Count);
                    cache.SetManyAsync([KeyValuePair.Create("a", 1), KeyValuePair.Create("b", 2)]).AsTask().Wait();
                }
                at = "the flush";
                cache.FlushAllAsync().AsTask().GetAwaiter().GetResult();
                cache.StatsAsync().AsTask().Wait();
                at = "the stop";
                host.StopAsync().GetAwaiter().GetResult();
                done.SetResult();
            }
            catch (Exception e)
            {
                done.SetException(e);
            }
        }) { IsBackground = true };
        thread.Start();
        Assert.True(SpinWait.SpinUntil(() => done.Task.IsCompleted, Patience.Limit), $"it still waits for {at}");
        await done.Task;
        host.Dispose();
    }

    [Fact]
    public async Task A_continuation_may_call_wait_and_block_inside_itself_ten_deep()
    {
        await using var server = EmbeddedMemcached.Start();
        await using var cache = await OneCache.StartAsync(server.Address);
        await cache.Cache.SetAsync("key", "value");
        Assert.Equal(10, await Task.Run(() => DeeperAsync(10)).Patiently());

        async Task<int> DeeperAsync(int depth)
        {
            var read = await cache.Cache.GetAsync<string>("key").ConfigureAwait(false);
            Assert.Equal("value", read.Value);
            return depth == 1 ? 1 : 1 + DeeperAsync(depth - 1).GetAwaiter().GetResult();
        }
    }

    [Fact]
    public async Task A_thousand_caches_share_one_actor_system_and_end_with_it()
    {
        const int Count = 1000;
        await using var server = EmbeddedMemcached.Start();
        var system = ActorSystem.Create("app", $$"""
            akka { loglevel = OFF, stdout-loglevel = OFF }
            actor-cache.default { servers = ["{{server.Address}}"], connect-timeout = 20s, read-timeout = 20s, operation-timeout = 20s }
            """);
        var caches = Enumerable.Range(0, Count).Select(n => ActorCacheExtension.For(system).Get($"cache-{n}")).ToList();
        await Task.WhenAll(caches.Select((cache, n) => cache.SetAsync($"key:{n}", n).AsTask())).Patiently();
        for (var n = 0; n < Count; n++) Assert.Equal(n, (await caches[n].GetAsync<int>($"key:{n}").Patiently()).Value);
        Assert.Equal(Count, server.ConnectionCount);
        Assert.Same(caches[7], ActorCacheExtension.For(system).Get("cache-7"));

        await system.Terminate().Patiently();
        Assert.True(SpinWait.SpinUntil(() => server.ConnectionCount == 0, Patience.Limit));
        Assert.Throws<ObjectDisposedException>(() => { _ = caches[0].GetAsync<int>("key").AsTask(); });
    }

    [Fact]
    public async Task A_hundred_hosts_one_after_the_other_leave_no_connection_and_no_thread_behind()
    {
        await using var server = EmbeddedMemcached.Start();
        await UseAsync();
        var threads = ThreadPool.ThreadCount;
        for (var n = 0; n < 100; n++) await UseAsync();
        Assert.True(SpinWait.SpinUntil(() => server.ConnectionCount == 0, Patience.Limit));
        Assert.InRange(System.Diagnostics.Process.GetCurrentProcess().Threads.Count, 0, threads + 100);

        async Task UseAsync()
        {
            using var host = Hosts.Build(services => services.AddActorCache(server.Address + Hosts.Patient));
            await host.StartAsync();
            Assert.True((await host.Services.GetRequiredService<IActorCache>().SetAsync("key", "value")).IsStored);
            await host.StopAsync().Patiently();
        }
    }

    /// <summary>The context of a thread that never comes round to what is posted to it.</summary>
    private sealed class DeadContext : SynchronizationContext
    {
        public override void Post(SendOrPostCallback d, object? state)
        {
        }

        public override void Send(SendOrPostCallback d, object? state) => throw new NotSupportedException();
    }
}
