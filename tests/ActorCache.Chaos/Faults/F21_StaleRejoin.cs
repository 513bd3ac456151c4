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
        var partitions = trial.StaleExpected ? trial.Full ? 64 : 8 : trial.Full ? 1000 : 40;
        // A server that comes back settles for a second: most of the row is waiting, so several pools suffer side by side.
        var pools = new Task<List<double>>[4];
        for (var n = 0; n < pools.Length; n++)
        {
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
            pools[n] = PartitionAsync(trial, pool, cache, keys, partitions / pools.Length, new Random(trial.Dice.Next()));
        }
        var rejoins = (await Task.WhenAll(pools)).SelectMany(pool => pool).Order().ToList();
        trial.RejoinMs = rejoins[rejoins.Count / 2];
        trial.Note = $"{rejoins.Count} partitions";
    }

    // Returns how long each return took, in milliseconds.
    private static async Task<List<double>> PartitionAsync(Trial trial, Proxied pool, ChaosCache cache, TrackedKey[] keys, int partitions, Random dice)
    {
        await trial.Pause(200);
        List<double> rejoins = [];
        while (rejoins.Count < partitions)
        {
            var victim = pool[dice.Next(3)];
            // The second outage is the same server's: its stand-in still has what it was given in the first.
            for (var outage = 0; outage < 2; outage++)
            {
                await CutOffAsync(trial, cache, victim, dice);
                await SweepAsync(cache, keys, victim.Address);
                victim.Mode = ProxyMode.Pass;
                var healed = System.Diagnostics.Stopwatch.GetTimestamp();
                trial.Bar(await trial.Until(() => IsUp(cache, victim.Address)), "a healed server did not serve within 10 s");
                rejoins.Add(System.Diagnostics.Stopwatch.GetElapsedTime(healed).TotalMilliseconds);
                await SweepAsync(cache, keys, victim.Address);
            }
        }
        return rejoins;
    }

    // Requests lost, replies lost, or requests that arrive when nobody expects them any more.
    private static async Task CutOffAsync(Trial trial, ChaosCache cache, FaultProxy victim, Random dice)
    {
        var since = System.Diagnostics.Stopwatch.GetTimestamp();
        ProxyMode[] cuts = [ProxyMode.Black, ProxyMode.DropDown, ProxyMode.Stall, ProxyMode.Stall];
        victim.Mode = cuts[dice.Next(cuts.Length)];
        var untilEjected = dice.Next(2) == 0;
        trial.Bar(await trial.Until(() => (untilEjected ? cache.Events.EjectedAfter(since, victim.Address) : cache.Events.LostAfter(since, victim.Address)) is not null), "a server that was cut off was not noticed within 10 s");
        await trial.Pause(dice.Next(10, 60));
    }

    private static bool IsUp(ChaosCache cache, string address) =>
        cache.Inner.Monitor.Current.Servers.Single(server => server.Name == address).State == ServerState.Up;

    private static async Task SweepAsync(ChaosCache cache, TrackedKey[] keys, string owner) =>
        await Task.WhenAll(keys.Where(key => key.Owner == owner).Select(key => cache.GetAsync(key)));
}
