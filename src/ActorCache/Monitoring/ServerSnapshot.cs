namespace ActorCache;

/// <summary>A server at one moment.</summary>
/// <param name="Name">Its configured name, such as <c>cache-1:11211</c>.</param>
/// <param name="Weight">Its weight.</param>
/// <param name="State">Its state.</param>
/// <param name="Since">Since when it has been in that state.</param>
/// <param name="Cause">What brought it there; null when nothing went wrong.</param>
/// <param name="FailedAttempts">Consecutive failed attempts to reach it.</param>
/// <param name="Share">The part of all keys that it owns, 0 to 1, whoever serves them now.</param>
/// <param name="InFlight">Operations written to it and not yet answered; 0 when it is not connected.</param>
public sealed record ServerSnapshot(
    string Name, int Weight, ServerState State, DateTimeOffset Since, string? Cause, int FailedAttempts, double Share, int InFlight);
