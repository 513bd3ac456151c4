namespace ActorCache;

/// <summary>The answer to <see cref="ControlProtocol"/>.</summary>
public abstract record ControlReply : IActorCacheMessage
{
    /// <summary>Done, and this is how things are now.</summary>
    public sealed record Done(CacheSnapshot Status) : ControlReply;

    /// <summary>Not done, and why.</summary>
    public sealed record Refused(string Why) : ControlReply;
}
