namespace ActorCache.Chaos.Faults;

/// <summary>
/// A server is cut off, its keys are written elsewhere meanwhile, and it comes back as it was, sometimes with late writes on their way to
/// it. Nothing it still remembers may be served, nor, when it goes again, what its stand-in remembers of the first time.
/// </summary>
internal sealed class F21_StaleRejoin : Scenario
{
    private readonly OnRejoin _policy;
    private readonly string _suffix;

    public F21_StaleRejoin(OnRejoin policy = OnRejoin.Replay) => (_policy, _suffix) = (policy, policy == OnRejoin.Replay ? "" : $"-{policy.ToString().ToLowerInvariant()}");

    public override string Name => base.Name + _suffix;

    public override string What => $"partitions with writes meanwhile, {_policy}";

    public override TimeSpan Limit(bool full) => full ? TimeSpan.FromMinutes(12) : TimeSpan.FromSeconds(60);

    public override async Task RunAsync(Trial trial)
    {
        trial.StaleExpected = _policy == OnRejoin.Admit;
        var pool = Proxied.Start(trial, 3);
        var cache = await trial.StartCacheAsync(pool.Addresses, options =>
        {
            options.OnRejoin = _policy;
            options.ReadTimeout = TimeSpan.FromMilliseconds(60);
            options.ConnectTimeout = TimeSpan.FromMilliseconds(60);
            options.RetryDelay = TimeSpan.FromMilliseconds(10);
            options.MaxRetryDelay = TimeSpan.FromMilliseconds(40);
            options.HoldDown = TimeSpan.FromMilliseconds(50);
            options.MaxHoldDown = TimeSpan.FromMilliseconds(50);
            options.RampUp = TimeSpan.FromMilliseconds(20);
        });
        var keys = cache.Keys(120);
        _ = Callers.Start(trial, cache, keys, callers: 12, new Mix { Sets = 0.35, Deletes = 0.15, PauseMs = 2, Largest = 5000 });
        await trial.Pause(200);

        var partitions = trial.StaleExpected ? trial.Full ? 60 : 8 : trial.Full ? 1000 : 40;
        List<double> rejoins = [];
        for (var done = 0; done < partitions; done += 2)
        {
            var victim = pool[trial.Dice.Next(3)];
            // The second outage is the same server's: its stand-in still has what it was given in the first.
            for (var outage = 0; outage < 2; outage++)
            {
                await CutOffAsync(trial, cache, victim);
                await SweepAsync(cache, keys, victim.Address);
                victim.Mode = ProxyMode.Pass;
                var healed = System.Diagnostics.Stopwatch.GetTimestamp();
                trial.Bar(await trial.Until(() => IsUp(cache, victim.Address)), "a healed server did not serve within 10 s");
                rejoins.Add(System.Diagnostics.Stopwatch.GetElapsedTime(healed).TotalMilliseconds);
                await SweepAsync(cache, keys, victim.Address);
            }
        }
        trial.RejoinMs = rejoins.Order().ElementAt(rejoins.Count / 2);
        trial.Note = $"{partitions} partitions";
        // Outage upon outage leaves keys that no living server can be trusted with for a moment: no answer then, rather than an old one.
        trial.FailuresExpected = true;
        trial.Bar(trial.Ledger.Failed <= 0.02 * trial.Ledger.Calls, $"{trial.Ledger.Failed} failed, bar 2 % of calls");
    }

    // Requests lost, replies lost, or requests that arrive when nobody expects them any more.
    private static async Task CutOffAsync(Trial trial, ChaosCache cache, FaultProxy victim)
    {
        var since = System.Diagnostics.Stopwatch.GetTimestamp();
        ProxyMode[] cuts = [ProxyMode.Black, ProxyMode.DropDown, ProxyMode.Stall, ProxyMode.Stall];
        victim.Mode = cuts[trial.Dice.Next(cuts.Length)];
        var untilEjected = trial.Dice.Next(2) == 0;
        trial.Bar(await trial.Until(() => (untilEjected ? cache.Events.EjectedAfter(since, victim.Address) : cache.Events.LostAfter(since, victim.Address)) is not null), "a server that was cut off was not noticed within 10 s");
        await trial.Pause(trial.Dice.Next(10, 60));
    }

    private static bool IsUp(ChaosCache cache, string address) =>
        cache.Inner.Monitor.Current.Servers.Single(server => server.Name == address).State == ServerState.Up;

    private static async Task SweepAsync(ChaosCache cache, TrackedKey[] keys, string owner) =>
        await Task.WhenAll(keys.Where(key => key.Owner == owner).Select(key => cache.GetAsync(key)));
}
