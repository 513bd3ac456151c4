namespace ActorCache;

/// <summary>What a flush of a server, or its restart, cleans: how it was when the flush was sent. What is noted afterwards stays noted.</summary>
internal readonly record struct FlushMark(int Server, int SpoiledBy, long Mark, IReadOnlyList<CopyMark> Stale);
