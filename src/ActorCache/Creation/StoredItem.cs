namespace ActorCache;

/// <summary>An item as it was read, to be stored again as it is.</summary>
/// <param name="Bytes">Its value, with what stands before it.</param>
/// <param name="Flags">Its client flags.</param>
/// <param name="SecondsLeft">How long it lives yet; -1 for ever.</param>
internal sealed record StoredItem(byte[] Bytes, uint Flags, int SecondsLeft);
