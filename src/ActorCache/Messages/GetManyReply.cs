namespace ActorCache;

/// <summary>The answer to <see cref="CacheProtocol.GetMany"/>.</summary>
/// <param name="Replies">One answer for every distinct key.</param>
public sealed record GetManyReply(IReadOnlyDictionary<string, GetReply> Replies) : IActorCacheMessage;
