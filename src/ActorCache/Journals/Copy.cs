namespace ActorCache;

/// <summary>What one server may hold of one key.</summary>
/// <param name="Server">The server's number.</param>
/// <param name="IsStale">It may be older than the last write this client was told of: it must not be handed out, but deleted.</param>
/// <param name="Mark">Changes with every write that is sent there: a delete that was sent before it has not cleaned up after it.</param>
internal readonly record struct Copy(int Server, bool IsStale, long Mark)
{
    /// <summary>The mark of a server that is known to hold nothing, which is only noted where an unnoted copy would not be trusted.</summary>
    public const long Nothing = -1;
}
