namespace ActorCache.Chaos;

/// <summary>What one scenario came to.</summary>
internal sealed record Row(
    string Fault, string What, long Calls, long Failed, long Wrong, long Stale, long Hung,
    double? EjectMs, double? RerouteMs, double? RejoinMs, double PeakMb, long Exceptions, double Seconds, string Note, IReadOnlyList<string> Examples, string Verdict)
{
    public bool IsOk => Verdict == "ok";

    /// <summary>The oracle itself has seen something: a planted bug must be noticed by this, and not by a bar of time.</summary>
    public bool OracleSaw => Wrong + Stale + Hung + Exceptions > 0;
}
