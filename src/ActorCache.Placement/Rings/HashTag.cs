namespace ActorCache.Placement;

/// <summary>The part of a key that decides its place, where hash tags are on: <c>{user:1}:a</c> and <c>{user:1}:b</c> lie on one server.</summary>
internal static class HashTag
{
    /// <summary>What stands in the first pair of braces; the whole key if there is none, or nothing in it.</summary>
    public static ReadOnlySpan<byte> Of(ReadOnlySpan<byte> key)
    {
        var open = key.IndexOf((byte)'{');
        if (open < 0) return key;
        var length = key[(open + 1)..].IndexOf((byte)'}');
        return length > 0 ? key.Slice(open + 1, length) : key;
    }
}
