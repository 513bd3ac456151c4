namespace ActorCache.Chaos;

/// <summary>What the rows of lying servers have in common: three of them, a cache over them, and so many calls.</summary>
internal static class Lied
{
    /// <summary>Runs the calls; that connections which lied are closed, and serve again, shows in the events.</summary>
    public static async Task<ChaosCache> RunAsync(
        Trial trial, Lies lies, long calls, double cancelled = 0, double sets = 0.2, Action<ActorCacheOptions>? configure = null)
    {
        // A lie ends a connection, and with it the calls of many: they go elsewhere while they may, and fail when all three are away.
        trial.FailuresExpected = true;
        var servers = LyingServer.Start(trial, 3, lies);
        var cache = await trial.StartCacheAsync(servers.Select(server => server.Address), options =>
        {
            options.RetryDelay = TimeSpan.FromMilliseconds(5);
            options.MaxRetryDelay = TimeSpan.FromMilliseconds(20);
            configure?.Invoke(options);
        });
        await LiarCallers.RunAsync(trial, cache, calls, cancelled: cancelled, sets: sets);
        trial.Bar(trial.Ledger.Hits > calls / 25, $"only {trial.Ledger.Hits} hits of {calls} calls: nothing was tested");
        trial.Note = $"{servers.Sum(server => server.Told)} lies";
        trial.Bar(servers.Sum(server => server.Told) > 0, "no lie was told");
        return cache;
    }
}
