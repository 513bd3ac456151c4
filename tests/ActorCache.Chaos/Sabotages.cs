namespace ActorCache.Chaos;

/// <summary>Bugs that can be planted in the client, to prove that the oracle would see them, and the rows that must.</summary>
internal static class Sabotages
{
    public static IReadOnlyDictionary<string, string[]> Rows { get; } = new SortedDictionary<string, string[]>(StringComparer.Ordinal)
    {
        ["reply-reuse"] = ["F17"],
        ["cancelled-waiter-removed"] = ["F18"],
        ["swallowed-write-exception"] = ["F36"],
        ["opaque-ignored"] = ["F15"],
        ["rejoin-without-gate"] = ["F21"],
    };
}
