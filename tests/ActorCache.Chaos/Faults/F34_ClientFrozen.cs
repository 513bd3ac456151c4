using System.Text.Json;

namespace ActorCache.Chaos.Faults;

/// <summary>The client itself is stopped for five seconds, as a virtual machine may be: when it wakes it blames no server.</summary>
internal sealed class F34_ClientFrozen : Scenario
{
    public override string What => "the client process stopped for 5 s";

    public override async Task RunAsync(Trial trial)
    {
        for (var repeat = 0; repeat < (trial.Full ? 5 : 1); repeat++)
        {
            // Its own servers: what an earlier child wrote is nothing that this one knows.
            var servers = RealServers.Start(trial, 3);
            using var child = Child.Start(trial, "frozen", string.Join(',', servers.Addresses));
            trial.Bar(await child.Line() == "calling", "the child did not begin");
            await trial.Pause(500);
            child.Signal(Child.SigStop);
            await trial.Pause(5000);
            child.Signal(Child.SigCont);
            await trial.Pause(1500);
            await child.Say("enough");
            var end = JsonSerializer.Deserialize<FrozenClient.End>(await child.Line());
            trial.Bar(end is not null, "the child did not report");
            if (end is null) return;
            trial.Note = $"the child: {end.Calls} calls, {end.Suspected} suspected, {end.Ejected} ejected";
            trial.Bar(end.Ejected == 0, $"{end.Ejected} ejected, bar 0");
            trial.Bar(end.Wrong == 0 && end.Stale == 0, $"{end.Wrong} wrong and {end.Stale} stale in the child, bar 0");
            trial.Bar(end.Calls > 1000, $"only {end.Calls} calls in the child");
        }
    }
}
