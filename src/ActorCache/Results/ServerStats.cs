using System.Text.Json.Serialization;

namespace ActorCache;

/// <summary>One server's answer to <see cref="IActorCache.StatsAsync"/>.</summary>
/// <param name="Outcome">Hit: it answered. Else why it did not: Unavailable, TimedOut, Overloaded or ServerError.</param>
/// <param name="Values">The figures as the server wrote them, by its own names; empty without an answer.</param>
public sealed record ServerStats(CacheOutcome Outcome, IReadOnlyDictionary<string, string> Values)
{
    /// <summary>It answered.</summary>
    [JsonIgnore]
    public bool IsAnswered => Outcome == CacheOutcome.Hit;
}
