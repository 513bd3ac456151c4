namespace ActorCache.Chaos;

/// <summary>When a call began, and how late this process had been in all by then; both in time stamps.</summary>
internal readonly record struct CallClock(long At, long Lateness);
