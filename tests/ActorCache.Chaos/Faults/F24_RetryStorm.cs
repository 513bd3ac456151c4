namespace ActorCache.Chaos.Faults;

/// <summary>Every server takes ten times as long as ever, longer than a call waits: calls fail, and the servers are not asked three times each.</summary>
internal sealed class F24_RetryStorm : Scenario
{
    private const int Burst = 100;

    public override string What => "all servers slow beyond the read timeout";

    public override async Task RunAsync(Trial trial)
    {
        trial.FailuresExpected = true;
        var servers = LyingServer.Start(trial, 3, new Lies { Latency = TimeSpan.FromMilliseconds(30) });
        var cache = await trial.StartCacheAsync(servers.Select(server => server.Address), options =>
        {
            options.ReadTimeout = TimeSpan.FromMilliseconds(100);
            options.ConnectTimeout = TimeSpan.FromSeconds(1);
        });
        await LiarCallers.RunAsync(trial, cache, trial.Full ? 20_000 : 3_000, sets: 0);
        trial.Bar(trial.Ledger.Failed == 0, $"{trial.Ledger.Failed} failed before the servers were slow, bar 0");

        var requestsBefore = servers.Sum(server => server.Requests);
        var callsBefore = trial.Ledger.Calls;
        foreach (var server in servers) server.Lies = new Lies { Latency = TimeSpan.FromMilliseconds(300) };
        await LiarCallers.RunAsync(trial, cache, trial.Full ? 20_000 : 3_000, sets: 0);
        await trial.Pause(500);

        var requests = servers.Sum(server => server.Requests) - requestsBefore;
        var calls = trial.Ledger.Calls - callsBefore;
        trial.Note = $"{requests} requests of {calls} calls";
        trial.Bar(requests <= 1.1 * calls + Burst, $"{requests} requests of {calls} calls, bar {1.1 * calls + Burst:0}");
    }
}
