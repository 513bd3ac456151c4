using System.Text.Json;

namespace ActorCache;

/// <summary>The ends of calls by name, and which of them are failures: a miss is none, nor is a condition that did not hold.</summary>
internal static class CallEnds
{
    private static readonly string[] Names = Array.ConvertAll(Enum.GetNames<CallEnd>(), JsonNamingPolicy.SnakeCaseLower.ConvertName);

    /// <summary>How many there are.</summary>
    public static int Count => Names.Length;

    /// <summary>As it is written in attributes: <c>timed_out</c>.</summary>
    public static string Name(this CallEnd end) => Names[(int)end];

    public static bool IsFailure(this CallEnd end) => end is CallEnd.Unavailable or >= CallEnd.TooLarge;

    public static CallEnd Of(CacheOutcome outcome) => (CallEnd)outcome;

    public static CallEnd Of(Exception thrown) => thrown is OperationCanceledException ? CallEnd.Cancelled : CallEnd.Faulted;
}
