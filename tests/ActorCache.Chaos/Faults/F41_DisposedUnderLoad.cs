using System.Diagnostics;

namespace ActorCache.Chaos.Faults;

/// <summary>The host stops while callers call: every call ends, soon, with an answer or with ObjectDisposedException; stopping twice is stopping once.</summary>
internal sealed class F41_DisposedUnderLoad : Scenario
{
    public override string What => "host stopped under load";

    public override async Task RunAsync(Trial trial)
    {
        for (var repeat = 0; repeat < (trial.Full ? 20 : 3); repeat++)
        {
            var pool = Proxied.Start(trial, 3);
            var cache = await trial.StartCacheAsync(pool.Addresses);
            var callers = Callers.Start(trial, cache, cache.Keys(300));
            await trial.Pause(200);
            // Every other time some calls are waiting for a server that reads nothing.
            if (repeat % 2 == 1)
            {
                trial.FailuresExpected = true;
                pool[0].Mode = ProxyMode.Stall;
                await trial.Pause(20);
            }
            var since = Stopwatch.GetTimestamp();
            await Task.WhenAll(cache.StopAsync(), cache.StopAsync());
            await callers.StopAsync();
            var took = Stopwatch.GetElapsedTime(since).TotalMilliseconds;
            trial.Bar(took < 3000, $"stopping and the last call took {took:0} ms, bar 3000");
            trial.Bar(await trial.Until(() => pool.Proxies.All(proxy => proxy.Mode == ProxyMode.Stall || proxy.Flows == 0), 2000), "a connection was left open");
        }
    }
}
