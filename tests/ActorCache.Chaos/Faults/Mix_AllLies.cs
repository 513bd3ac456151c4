namespace ActorCache.Chaos.Faults;

/// <summary>Everything a server can lie about, at random and at once, under impatient callers: millions of calls, and not one wrong answer.</summary>
internal sealed class Mix_AllLies : Scenario
{
    public override string Name => "MIX";

    public override string What => "all lies at once, 5 % give up, T = 50 ms";

    public override TimeSpan Limit(bool full) => full ? TimeSpan.FromMinutes(15) : TimeSpan.FromSeconds(60);

    public override async Task RunAsync(Trial trial)
    {
        const double Often = 0.00004;
        var lies = new Lies
        {
            Reset = Often, Drip = Often, Truncate = Often, Garbage = Often, Extra = Often, WrongKey = Often, WrongOpaque = Often,
            HugeLength = Often, NegativeLength = Often, Delay = 10 * Often, DelayMs = 70, Error = Often, ClientError = Often, ServerError = Often,
        };
        await Lied.RunAsync(trial, lies, trial.Full ? 10_000_000 : 200_000, cancelled: 0.05, configure: options =>
        {
            options.ReadTimeout = TimeSpan.FromMilliseconds(50);
            options.OperationTimeout = TimeSpan.FromMilliseconds(50);
            options.HoldDown = options.MaxHoldDown = TimeSpan.FromMilliseconds(20);
            options.RampUp = TimeSpan.Zero;
            options.OnRejoin = OnRejoin.Admit; // These servers remember nothing.
        });
        trial.Note += $", {trial.Ledger.Hits} hits, {trial.Ledger.Cancelled} gave up";
    }
}
