namespace ActorCache;

/// <summary>The answer to <see cref="CacheProtocol.SetMany"/> and <see cref="CacheProtocol.DeleteMany"/>.</summary>
/// <param name="Replies">One answer for every distinct key.</param>
public sealed record StoreManyReply(IReadOnlyDictionary<string, StoreReply> Replies) : IActorCacheMessage;
