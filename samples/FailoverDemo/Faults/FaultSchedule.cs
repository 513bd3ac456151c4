namespace FailoverDemo;

/// <summary>
/// Breaks servers and mends them by the clock: at a fifth of the run one is killed, past the middle another hangs, each comes back a sixth
/// of the run later, and never are two away at once.
/// </summary>
internal sealed class FaultSchedule(ServerPool pool, FaultLedger ledger, Scoreboard scores, EventLog log, TimeSpan duration)
{
    private const double KillAt = 0.20, RestartAt = 0.36, HangAt = 0.52, ResumeAt = 0.68;

    /// <summary>Runs to its last step, or until told to stop.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        if (pool.Breakable is not [var first, var second, ..])
        {
            log.Add("demo", "these servers are yours, so none is broken here; stop one yourself and watch");
            return;
        }
        try
        {
            await At(KillAt, stop);
            var kill = ledger.Strike("kill", first.Address);
            await Do($"kills {first.Address}", first.Kill);
            await At(RestartAt, stop);
            ledger.BringBack(kill);
            await Do($"restarts {first.Address}, empty", first.Restart);

            await At(HangAt, stop);
            var hang = ledger.Strike("hang", second.Address);
            await Do($"lets {second.Address} hang", second.Hang);
            await At(ResumeAt, stop);
            ledger.BringBack(hang);
            await Do($"lets {second.Address} go on", second.Resume);
        }
        catch (OperationCanceledException)
        {
            // The run is over.
        }
    }

    private Task At(double part, CancellationToken stop)
    {
        var wait = (duration * part) - scores.Elapsed;
        return Task.Delay(wait > TimeSpan.Zero ? wait : TimeSpan.Zero, stop);
    }

    // On a thread of its own: starting a process blocks, and the pool's threads are the callers'.
    private Task Do(string what, Action step)
    {
        log.Add("demo", what);
        return Task.Factory.StartNew(step, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }
}
