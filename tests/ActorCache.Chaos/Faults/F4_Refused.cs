namespace ActorCache.Chaos.Faults;

/// <summary>A server's port is closed, and another's resets every connect: both are dialled ever more rarely.</summary>
internal sealed class F4_Refused : Scenario
{
    public override string What => "connects refused, by the kernel and by a reset";

    public override async Task RunAsync(Trial trial)
    {
        var seconds = trial.Full ? 60 : 10;
        // Doubling from 100 ms, a minute takes nine attempts; at full speed ten seconds would take a hundred.
        var bar = trial.Full ? 20 : 12;
        var pool = Proxied.Start(trial, 3);
        var cache = await trial.StartCacheAsync(pool.Addresses, options =>
        {
            options.RetryDelay = TimeSpan.FromMilliseconds(100);
            options.MaxRetryDelay = TimeSpan.FromSeconds(30);
        });
        _ = Callers.Start(trial, cache, cache.Keys(300), callers: 16, new Mix { PauseMs = 5 });
        await trial.Pause(300);

        pool[0].Close();
        pool[0].ResetAll();
        pool[1].Mode = ProxyMode.Refuse;
        pool[1].ResetAll();
        var since = System.Diagnostics.Stopwatch.GetTimestamp();
        var connectsBefore = pool[1].Connects.Count;
        trial.Bar(await trial.Until(() => cache.Events.Count<ServerEvent.Ejected>() == 2), "the two were not ejected within 10 s");
        trial.EjectMs = cache.Events.EjectedAfter(since, pool[0].Address);
        await trial.Pause(seconds * 1000);

        var attempts = cache.Inner.Monitor.Current.Servers.Single(server => server.Name == pool[0].Address).FailedAttempts;
        var connects = pool[1].Connects.Count - connectsBefore;
        trial.Note = $"{attempts} attempts, {connects} connects in {seconds} s";
        trial.Bar(attempts <= bar && connects <= bar, $"{attempts} attempts and {connects} connects in {seconds} s, bar {bar}");
    }
}
