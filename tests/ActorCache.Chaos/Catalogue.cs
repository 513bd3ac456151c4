using ActorCache.Chaos.Faults;

namespace ActorCache.Chaos;

/// <summary>Every row there is, in the order of the table.</summary>
internal static class Catalogue
{
    public static IReadOnlyList<Scenario> Rows { get; } =
    [
        new F1_Killed(),
        new F2_Frozen(),
        new F4_Refused(),
        new F5_Resets(),
        new F12_Truncated(),
        new F13_Garbage(),
        new F14_ExtraReply(),
        new F15_WrongKeyOrOpaque(),
        new F16_LyingLengths(),
        new F17_LateReplies(),
        new F18_Cancellations(),
        new F19_Flood(),
        new F20_RestartedEmpty(),
        new F21_StaleRejoin(),
        new F21_StaleRejoin(OnRejoin.Admit),
        new F22_Flapping(),
        new F25_AllDown(),
        new F36_ThrowsWhileWriting(),
        new Mix_AllLies(),
    ];

    public static bool Has(string name) => Rows.Any(row => row.Name == name);
}
