namespace ActorCache.Chaos.Faults;

/// <summary>ERROR, CLIENT_ERROR and SERVER_ERROR now and then: some end a connection, none gives anybody a wrong answer.</summary>
internal sealed class F29_Errors : Scenario
{
    public override string What => "ERROR, CLIENT_ERROR, SERVER_ERROR";

    public override async Task RunAsync(Trial trial)
    {
        // A server that only says SERVER_ERROR is in order: nobody but the caller hears of it.
        var calls = trial.Full ? 300_000 : 20_000;
        var cache = await Lied.RunAsync(trial, new Lies { ServerError = 0.01 }, calls);
        trial.Bar(cache.Events.Count<ServerEvent.Suspected>() == 0, $"{cache.Events.Count<ServerEvent.Suspected>()} suspected for SERVER_ERROR, bar 0");
        await Lied.RunAsync(trial, new Lies { Error = 0.0002, ClientError = 0.0005, ServerError = 0.001 }, calls);
    }
}
