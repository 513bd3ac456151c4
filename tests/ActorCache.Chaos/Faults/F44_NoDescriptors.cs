using System.Text.Json;

namespace ActorCache.Chaos.Faults;

/// <summary>The client's process has no file descriptor left when its server comes back: it says so, waits its time, and joins when there is one.</summary>
internal sealed class F44_NoDescriptors : Scenario
{
    public override string What => "no file descriptors left (ulimit -n 64)";

    public override async Task RunAsync(Trial trial)
    {
        var servers = RealServers.Start(trial, 1);
        using var child = Child.StartPoor(trial, 64, "poor", servers.Addresses[0]);
        if (await child.Line() is var first && first != "poor")
        {
            trial.Bar(false, $"the child did not come to the end of its descriptors: \"{first}\"");
            return;
        }
        servers[0].Restart();
        await trial.Pause(500);
        var cpu = child.Cpu;
        await trial.Pause(3000);
        var share = 100 * (child.Cpu - cpu).TotalSeconds / 3;
        await child.Say("go on");
        var end = JsonSerializer.Deserialize<PoorClient.End>(await child.Line() is { Length: > 0 } line ? line : "null");
        trial.Bar(end is not null, "the child did not report");
        if (end is null) return;
        trial.Note = $"CPU {share:0.0} %, {end.Attempts} attempts, {end.While}: {end.Cause}, after: {end.After}";
        trial.Bar(share < 5, $"CPU {share:0.0} % without descriptors, bar 5");
        trial.Bar(end.While == CacheOutcome.Unavailable.ToString(), $"without descriptors a call was {end.While}, not Unavailable");
        trial.Bar(end.After is nameof(CacheOutcome.Miss), $"with descriptors again a call was {end.After}");
    }
}
