namespace ActorCache.Placement;

/// <summary>What a client makes of a key before it looks for a server. See <see cref="KeyHashes"/>.</summary>
internal delegate uint KeyHash(ReadOnlySpan<byte> key);
