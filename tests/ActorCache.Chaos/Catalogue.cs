using ActorCache.Chaos.Faults;

namespace ActorCache.Chaos;

/// <summary>Every row there is, in the order of the table.</summary>
internal static class Catalogue
{
    public static IReadOnlyList<Scenario> Rows { get; } =
    [
        new F1_Killed(),
        new F2_Frozen(),
        new F3_BacklogFull(),
        new F4_Refused(),
        new F5_Resets(),
        new F6_HalfClose(),
        new F7_BlackHole(),
        new F8_BlackConnects(),
        new F9_RepliesLost(),
        new F10_Drip(),
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
        new F23_Herd(),
        new F24_RetryStorm(),
        new F25_AllDown(),
        new F26_Evictions(),
        new F27_OutOfMemory(),
        new F28_TooManyConnections(),
        new F29_Errors(),
        new F30_TooLarge(),
        new F34_ClientFrozen(),
        new F36_ThrowsWhileWriting(),
        new F41_DisposedUnderLoad(),
        new F43_TopologyChanges(),
        new F44_NoDescriptors(),
        new Mix_AllLies(),
    ];

    public static bool Has(string name) => Rows.Any(row => row.Name == name);
}
