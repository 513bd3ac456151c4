namespace ActorCache.Chaos.Faults;

/// <summary>A server comes and goes each second: the ring changes at the pace of the hold-down, not of the server, and the log stays short.</summary>
internal sealed class F22_Flapping : Scenario
{
    public override string What => "one of three comes and goes each second";

    public override TimeSpan Limit(bool full) => full ? TimeSpan.FromMinutes(4) : TimeSpan.FromSeconds(60);

    public override async Task RunAsync(Trial trial)
    {
        var seconds = trial.Full ? 120 : 20;
        var holdDown = TimeSpan.FromSeconds(5);
        var pool = Proxied.Start(trial, 3);
        var cache = await trial.StartCacheAsync(pool.Addresses, options =>
        {
            options.HoldDown = holdDown;
            options.MaxHoldDown = TimeSpan.FromMinutes(5);
            options.RetryDelay = TimeSpan.FromMilliseconds(100);
            options.MaxRetryDelay = TimeSpan.FromSeconds(30);
            options.ProvenAfter = TimeSpan.FromSeconds(5);
        });
        var callers = Callers.Start(trial, cache, cache.Keys(300), callers: 16, new Mix { PauseMs = 5 });
        await trial.Pause(300);
        var linesBefore = cache.Log.Lines.Count;

        var flapping = pool[0];
        for (var second = 0; second < seconds; second++)
        {
            flapping.Mode = second % 2 == 0 ? ProxyMode.Refuse : ProxyMode.Pass;
            if (second % 2 == 0) flapping.ResetAll();
            await trial.Pause(1000);
        }
        await callers.StopAsync();

        var changes = cache.Events.Count<ServerEvent.Ejected>(flapping.Address) + cache.Events.Count<ServerEvent.Reinstated>(flapping.Address);
        var lines = cache.Log.Lines.Skip(linesBefore).Count(line => line.Contains(flapping.Address, StringComparison.Ordinal));
        var minutes = Math.Max(1, seconds / 60.0);
        trial.Note = $"{changes} ring changes, {lines} log lines, {flapping.Connects.Count} connects in {seconds} s";
        trial.Bar(changes <= seconds / holdDown.TotalSeconds + 1, $"{changes} ring changes in {seconds} s, bar one per {holdDown.TotalSeconds:0} s");
        trial.Bar(lines <= 10 * minutes, $"{lines} log lines in {seconds} s, bar 10 a minute");
    }
}
