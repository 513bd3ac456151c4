namespace FailoverDemo;

/// <summary>What the run came to.</summary>
/// <param name="Totals">What the callers saw.</param>
/// <param name="Faults">What was done to the servers, and when it was noticed.</param>
/// <param name="Planned">How many faults the whole run has.</param>
internal sealed record RunSummary(Totals Totals, IReadOnlyList<InjectedFault> Faults, int Planned)
{
    /// <summary>Every fault was injected, seen, and its server reinstated.</summary>
    public bool IsWhole => Faults.Count == Planned && Faults.All(fault => fault is { SeenAfter: not null, ReinstatedAfter: not null });

    public int ExitCode => Totals is { IsClean: true, Ops: > 0 } && IsWhole ? 0 : 1;
}
