namespace ActorCache;

/// <summary>A server may hold copies of an owner's keys that nobody noted.</summary>
/// <param name="Until">When the last of them has expired.</param>
/// <param name="Mark">A flush that was sent before this mark was taken may have missed some.</param>
internal readonly record struct Distrust(long Until, long Mark);
