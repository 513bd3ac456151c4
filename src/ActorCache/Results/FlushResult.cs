namespace ActorCache;

/// <summary>The answer to a flush: one outcome a server.</summary>
/// <param name="Servers">Every server's outcome by its name: Stored when it was flushed.</param>
public sealed record FlushResult(IReadOnlyDictionary<string, CacheOutcome> Servers)
{
    /// <summary>Every server was flushed.</summary>
    public bool IsComplete => Servers.Values.All(outcome => outcome == CacheOutcome.Stored);
}
