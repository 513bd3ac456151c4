using Akka.Actor;

namespace ActorCache.Chaos.Faults;

/// <summary>Servers are added and removed a hundred times a minute under load: no call fails, and no value returns from the past.</summary>
internal sealed class F43_TopologyChanges : Scenario
{
    public override string What => "100 random topology changes a minute";

    public override TimeSpan Limit(bool full) => full ? TimeSpan.FromMinutes(6) : TimeSpan.FromSeconds(60);

    public override async Task RunAsync(Trial trial)
    {
        var servers = RealServers.Start(trial, 5).Addresses;
        var cache = await trial.StartCacheAsync(servers.Take(4), options => options.HoldDown = options.MaxHoldDown = TimeSpan.FromMilliseconds(100));
        var callers = Callers.Start(trial, cache, cache.Keys(300), callers: 32, new Mix { PauseMs = 1 });
        var changes = trial.Full ? 300 : 20;
        for (var change = 0; change < changes; change++)
        {
            await trial.Pause(600);
            var next = servers.Where(_ => trial.Dice.Next(4) > 0).ToList();
            if (next.Count < 2) next = [.. servers.Take(2)];
            var reply = await cache.Gateway.Ask<ControlReply>(new ControlProtocol.SetTopology(next), TimeSpan.FromSeconds(5), trial.Stop);
            trial.Bar(reply is ControlReply.Done, $"a change was answered {reply}");
        }
        await callers.StopAsync();
        trial.Note = $"{changes} changes";
    }
}
