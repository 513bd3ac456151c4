namespace ActorCache.Protocol.Tests;

/// <summary>A reader of replies, of any dialect.</summary>
internal delegate bool Reader(ReadOnlySpan<byte> input, out Reply reply, out int consumed, out int needed);
