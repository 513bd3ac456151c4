namespace ActorCache.Placement;

/// <summary>Where on the ring a key lies. One for each hash function that some client uses; none of them allocates.</summary>
internal abstract class KeyHash
{
    /// <summary>MD5, its first four bytes read as a little-endian number.</summary>
    public static KeyHash Md5 { get; } = new Md5KeyHash();

    public abstract uint Of(ReadOnlySpan<byte> key);

    private sealed class Md5KeyHash : KeyHash
    {
        public override uint Of(ReadOnlySpan<byte> key) => Placement.Md5.Hash(key).A;
    }
}
