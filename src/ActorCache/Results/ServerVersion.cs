namespace ActorCache;

/// <summary>One server's answer to <see cref="IActorCache.VersionAsync"/>.</summary>
/// <param name="Outcome">Hit: it answered. Else why it did not: Unavailable, TimedOut, Overloaded or ServerError.</param>
/// <param name="Version">What it calls its version, such as <c>1.6.18</c>; null without an answer.</param>
public sealed record ServerVersion(CacheOutcome Outcome, string? Version);
