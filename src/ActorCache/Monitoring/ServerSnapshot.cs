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
/// <param name="JournaledKeys">How many of its keys are noted in the journal: written elsewhere while it was away, or in doubt.</param>
/// <param name="JournaledBytes">The memory those notes take.</param>
/// <param name="AwaitsFlush">Its journal has overflowed, or never was kept, or it missed a flush: it is flushed before it is used again.</param>
/// <param name="Dialect">What it is spoken to in, never Auto; null while it is not connected.</param>
public sealed record ServerSnapshot(
    string Name, int Weight, ServerState State, DateTimeOffset Since, string? Cause, int FailedAttempts, double Share, int InFlight,
    int JournaledKeys = 0, long JournaledBytes = 0, bool AwaitsFlush = false, Dialect? Dialect = null);
