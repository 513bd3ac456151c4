using ActorCache.Protocol;

namespace ActorCache;

/// <summary>
/// What a client flag of ours says about an item, beside its value: bits that no other client we know of sets. And how an item that is no
/// value yet is told from an empty value.
/// </summary>
internal static class ItemFlags
{
    /// <summary>An empty value that was created on purpose. Without it, an empty item under a lease is only the place of a value to come.</summary>
    public const uint Empty = 0x0800_0000;

    /// <summary>Not a value: the note that there is none (<see cref="GetOrCreateOptions.NegativeTtl"/>).</summary>
    public const uint Negative = 0x0400_0000;

    /// <summary>A <see cref="TagStamps">list of tags</see> stands before the value.</summary>
    public const uint Tagged = 0x0200_0000;

    public static bool IsNegative(uint flags) => (flags & Negative) != 0;

    public static bool IsTagged(uint flags) => (flags & Tagged) != 0;

    /// <summary>The empty item that memcached makes on a miss for whoever asks for a lease (protocol.txt, "Meta Get": N), until it is filled.</summary>
    public static bool IsPlaceholder(in Reply reply) =>
        reply.Code == ReplyCode.Value && reply.Value.IsEmpty && reply.ClientFlags == 0 && !reply.Stale && (reply.Won || reply.WonByAnother);
}
