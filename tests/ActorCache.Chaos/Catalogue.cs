using ActorCache.Chaos.Faults;

namespace ActorCache.Chaos;

/// <summary>Every row there is, in the order of the table.</summary>
internal static class Catalogue
{
    public static IReadOnlyList<Scenario> Rows { get; } =
    [
        new F1_Killed(),
        new F2_Frozen(),
        new F14_ExtraReply(),
        new F15_WrongKeyOrOpaque(),
        new F17_LateReplies(),
        new F18_Cancellations(),
        new F36_ThrowsWhileWriting(),
    ];

    public static bool Has(string name) => Rows.Any(row => row.Name == name);
}
