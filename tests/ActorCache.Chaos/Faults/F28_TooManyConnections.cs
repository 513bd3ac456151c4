namespace ActorCache.Chaos.Faults;

/// <summary>A server has no connection left for us: its error, which nobody asked for, answers nobody, and it joins when there is room.</summary>
internal sealed class F28_TooManyConnections : Scenario
{
    public override string What => "-c 20, all taken";

    public override async Task RunAsync(Trial trial)
    {
        var servers = RealServers.Start(trial, 2);
        var full = trial.Own(TestServers.MemcachedProcess.Start("-c", "20"));
        var others = await TakeAllAsync(trial, full.Port);

        var cache = await ChaosCache.StartAsync(trial, [.. servers.Addresses, full.Address], options => options.HoldDown = TimeSpan.FromMilliseconds(200), wait: false);
        var callers = Callers.Start(trial, cache, cache.Keys(300), callers: 16, new Mix { PauseMs = 1 });
        trial.Bar(await trial.Until(() => cache.Events.Count<ServerEvent.Ejected>(full.Address) > 0), $"the full server was not ejected within 10 s, but is {cache.Inner.Monitor.Current.Servers[2]}");
        await trial.Pause(1000);
        trial.Note = cache.Inner.Monitor.Current.Servers[2].Cause ?? "";

        foreach (var other in others) other.Dispose();
        var room = callers.Begin(full.Address);
        trial.Bar(await trial.Until(() => room.AtHomeMs is not null, 20_000), "the server with room did not serve within 20 s");
        trial.RejoinMs = room.AtHomeMs;
        await callers.StopAsync();
    }

    // Until the server has refused several, one after the other: the slot of one it has just hung up on may become free again.
    private static async Task<List<PlainConnection>> TakeAllAsync(Trial trial, int port)
    {
        List<PlainConnection> taken = [];
        for (var refused = 0; refused < 5;)
        {
            var connection = trial.Own(new PlainConnection(port));
            if (connection.IsServed())
            {
                taken.Add(connection);
                refused = 0;
                continue;
            }
            connection.Dispose();
            refused++;
            await trial.Pause(20);
        }
        return taken;
    }
}
