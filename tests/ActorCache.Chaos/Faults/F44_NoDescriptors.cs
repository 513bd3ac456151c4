using System.Text.Json;

namespace ActorCache.Chaos.Faults;

/// <summary>The client's process has no file descriptor left when its server comes back: it says so, waits its time, and joins when there is one.</summary>
internal sealed class F44_NoDescriptors : Scenario
{
    public override string What => "no file descriptors left (limit 64)";

    public override async Task RunAsync(Trial trial)
    {
        var servers = RealServers.Start(trial, 1);
        using var child = Child.Start(trial, "poor", servers.Addresses[0]);
        trial.Bar(await child.Line() == "connected", "the child did not connect");
        await trial.Pause(1000);
        var usual = await CpuShareAsync(trial, child, 2);
        await child.Say("once for practice");
        servers[0].Restart();
        trial.Bar(await child.Line() == "poor", "the child did not reconnect after a first restart");

        servers[0].Restart();
        // What runs for the first time is compiled first; a busy loop would go on after that.
        await trial.Pause(2000);
        var share = await CpuShareAsync(trial, child, trial.Full ? 10 : 4);
        await child.Say("go on");
        var line = await child.Line();
        trial.Bar(line.Length > 0, "the child did not report");
        if (line.Length == 0 || JsonSerializer.Deserialize<PoorClient.End>(line) is not { } end) return;
        trial.Note = $"CPU {share:0.0} %, connected {usual:0.0} %, {end.Attempts} attempts, {end.While}: {end.Cause}, after: {end.After}";
        trial.Bar(share - usual < 5, $"CPU {share:0.0} % without descriptors, {usual:0.0} % when connected, bar 5 more");
        trial.Bar(end.While == nameof(CacheOutcome.Unavailable), $"without descriptors a call was {end.While}, not Unavailable");
        trial.Bar(end.After == nameof(CacheOutcome.Miss), $"with descriptors again a call was {end.After}");
    }

    private static async Task<double> CpuShareAsync(Trial trial, Child child, int seconds)
    {
        var before = child.Cpu;
        await trial.Pause(1000 * seconds);
        return 100 * (child.Cpu - before).TotalSeconds / seconds;
    }
}
