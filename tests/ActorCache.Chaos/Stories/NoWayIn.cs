using System.Diagnostics;

namespace ActorCache.Chaos;

/// <summary>What the rows of hanging connects have in common: the way to one of three servers is closed under load, and opened again.</summary>
internal static class NoWayIn
{
    private const double ConnectTimeoutMs = 250, RetryDelayMs = 50;

    public static async Task RunAsync(Trial trial, Action<FaultProxy> close, Action<FaultProxy> open)
    {
        var pool = Proxied.Start(trial, 3);
        var cache = await trial.StartCacheAsync(pool.Addresses, options =>
        {
            options.ConnectTimeout = TimeSpan.FromMilliseconds(ConnectTimeoutMs);
            options.RetryDelay = TimeSpan.FromMilliseconds(RetryDelayMs);
            options.MaxRetryDelay = TimeSpan.FromMilliseconds(RetryDelayMs);
            options.ServerMaxRetry = 3;
        });
        var callers = Callers.Start(trial, cache, cache.Keys(300), callers: 32, new Mix { PauseMs = 1 });
        await trial.Pause(300);

        var victim = pool[1];
        var closed = callers.Begin(victim.Address);
        close(victim);
        victim.ResetAll();
        trial.Bar(await trial.Until(() => cache.Events.EjectedAfter(closed.Began, victim.Address) is not null), "not ejected within 10 s");
        trial.EjectMs = cache.Events.EjectedAfter(closed.Began, victim.Address);
        trial.RerouteMs = closed.ElsewhereMs;
        // Three attempts of one connect timeout each, and the pauses before them.
        const double Bar = 3 * (ConnectTimeoutMs + 1.3 * RetryDelayMs) + 200;
        trial.Bar(trial.EjectMs <= Bar, $"ejected after {trial.EjectMs:0} ms, bar {Bar:0}");
        await trial.Pause(trial.Full ? 10_000 : 1500);
        trial.Bar(closed.Struck.Percentile(99.9) < 50, $"calls of its keys took {closed.Struck.Percentile(99.9):0} ms (p99.9), bar 50");

        // One attempt at a time: no more than one a connect timeout and pause.
        var since = Stopwatch.GetElapsedTime(closed.Began).TotalMilliseconds;
        var attempts = cache.Inner.Monitor.Current.Servers.Single(server => server.Name == victim.Address).FailedAttempts;
        trial.Note = $"{attempts} attempts in {since / 1000:0.0} s";
        trial.Bar(attempts <= since / ConnectTimeoutMs + 1, $"{attempts} attempts in {since:0} ms, bar one per {ConnectTimeoutMs:0} ms");

        open(victim);
        var back = callers.Begin(victim.Address);
        trial.Bar(await trial.Until(() => back.AtHomeMs is not null, 20_000), "did not serve again within 20 s");
        trial.RejoinMs = back.AtHomeMs;
        await callers.StopAsync();
    }
}
