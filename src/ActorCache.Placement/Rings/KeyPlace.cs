namespace ActorCache.Placement;

/// <summary>
/// Where a key lies: its hash as its ring counts, and the key itself, which some rings ask once more. Made by <see cref="Ring.Place"/>; who
/// has kept the hash can make it again, for that same ring.
/// </summary>
/// <param name="hash">What <see cref="Ring.Place"/> came to.</param>
/// <param name="key">The whole key.</param>
public readonly ref struct KeyPlace(uint hash, ReadOnlySpan<byte> key)
{
    /// <summary>The key's hash; where nothing is hashed, its turn.</summary>
    public uint Hash { get; } = hash;

    /// <summary>The key's bytes.</summary>
    public ReadOnlySpan<byte> Key { get; } = key;
}
