namespace ActorCache;

/// <summary>A key's copy at a server, as it was marked when somebody looked.</summary>
internal readonly record struct CopyMark(JournalEntry Entry, int Server, long Mark)
{
    /// <summary>The write that took this mark is in the server's pipeline, and replaces whatever was stale there.</summary>
    public void Superseded() => Entry.Superseded(Server, Mark);
}
