namespace ActorCache.Chaos.Faults;

/// <summary>
/// Every server becomes ten times as slow, slower than an attempt waits: calls fail, and the servers are not asked once more for each of
/// them. Calls come as traffic does, whether the earlier ones have ended or not.
/// </summary>
internal sealed class F24_RetryStorm : Scenario
{
    private const int Burst = 100, UsualMs = 30, SlowMs = 300;

    public override string What => "all servers slow beyond the read timeout";

    public override async Task RunAsync(Trial trial)
    {
        trial.FailuresExpected = true;
        var servers = LyingServer.Start(trial, 3, new Lies { Latency = TimeSpan.FromMilliseconds(UsualMs) });
        var cache = await trial.StartCacheAsync(servers.Select(server => server.Address), options =>
        {
            options.ReadTimeout = TimeSpan.FromMilliseconds(100);
            options.ConnectTimeout = TimeSpan.FromSeconds(1);
        });
        await TrafficAsync(trial, cache, seconds: 1, () => { });
        trial.Bar(trial.Ledger.Failed <= trial.Ledger.Calls / 100, $"{trial.Ledger.Failed} failed before the servers were slow");

        var requestsBefore = servers.Sum(server => server.Requests);
        var callsBefore = trial.Ledger.Calls;
        double latency = UsualMs;
        await TrafficAsync(trial, cache, trial.Full ? 30 : 5, () =>
        {
            // Little by little: bytes keep coming, so that no connection is given up, and every call waits in vain.
            latency = Math.Min(SlowMs, latency + 0.5);
            foreach (var server in servers) server.Lies = new Lies { Latency = TimeSpan.FromMilliseconds(latency) };
        });

        var requests = servers.Sum(server => server.Requests) - requestsBefore;
        var calls = trial.Ledger.Calls - callsBefore;
        trial.Note = $"{requests} requests of {calls} calls, {cache.Events.Count<ServerEvent.Suspected>()} times suspected";
        trial.Bar(requests <= 1.1 * calls + Burst, $"{requests} requests of {calls} calls, bar {1.1 * calls + Burst:0}");
    }

    // Two calls every two milliseconds, each on its own.
    private static async Task TrafficAsync(Trial trial, ChaosCache cache, int seconds, Action everyTick)
    {
        var calls = new List<Task>();
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(2));
        for (var tick = 0; tick < seconds * 500; tick++)
        {
            await pace.WaitForNextTickAsync(trial.Stop);
            everyTick();
            calls.Add(LiarCallers.RunAsync(trial, cache, calls: 2, callers: 2, sets: 0));
        }
        await Task.WhenAll(calls);
    }
}
