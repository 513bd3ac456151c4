namespace FailoverDemo;

/// <summary>All callers' scores together.</summary>
/// <param name="Ops">Calls that ended.</param>
/// <param name="Hits">Gets with a value that proves its key.</param>
/// <param name="Misses">Gets without.</param>
/// <param name="Failed">Calls that were neither hit, miss nor stored.</param>
/// <param name="Wrong">Hits with another key's value, or a damaged one.</param>
/// <param name="Hung">Calls that took longer than any call may, or had not ended at the end.</param>
/// <param name="SlowestMilliseconds">The slowest call.</param>
internal sealed record Totals(long Ops, long Hits, long Misses, long Failed, long Wrong, long Hung, double SlowestMilliseconds)
{
    public bool IsClean => Failed == 0 && Wrong == 0 && Hung == 0;
}
