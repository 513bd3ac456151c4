namespace ActorCache;

/// <summary>Which process answered: <c>STAT pid</c> and <c>STAT uptime</c>.</summary>
internal readonly record struct ServerIdentity(long ProcessId, TimeSpan Uptime);
